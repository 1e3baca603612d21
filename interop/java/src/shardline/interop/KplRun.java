package shardline.interop;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;

/** A KPL at a local Kinesis, for as long as the test has something to say. */
final class KplRun {
  /** What the test asks of it. */
  interface Program {
    void obey(Parent parent, KinesisProducer producer) throws Exception;
  }

  private KplRun() {}

  /** {@code trusted} is a file of certificates, {@code folder} is for the native child. */
  static KinesisProducerConfiguration configuration(String host, String port, String trusted, String folder) {
    return new KinesisProducerConfiguration()
        .setRegion("us-east-1")
        .setCredentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .setKinesisEndpoint(host)
        .setKinesisPort(Long.parseLong(port))
        .setCaCertFile(trusted)
        .setTempDirectory(folder)
        .setMetricsLevel("none");
  }

  /** Says {@code ready}, obeys, and ends the process. */
  static void run(KinesisProducerConfiguration configuration, Program program) throws Exception {
    Parent parent = Parent.takeOver();
    KinesisProducer producer = new KinesisProducer(configuration);
    parent.tell("ready");
    program.obey(parent, producer);
    producer.flushSync();
    producer.destroy();
    System.exit(0);
  }
}

package shardline.interop;

import com.google.common.util.concurrent.ListenableFuture;
import java.util.ArrayList;
import java.util.List;
import software.amazon.kinesis.producer.Attempt;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.UserRecordFailedException;
import software.amazon.kinesis.producer.UserRecordResult;

/**
 * Puts what the test sends it. Arguments: stream, host, port, file of trusted certificates, and a folder for the native child.
 *
 * <p>In: {@code put KEY HASH DATA} (hash "-" for none), {@code flush}. Out: {@code ready}; on each flush, in the order put,
 * {@code stored SHARD SEQUENCE ATTEMPTS} or {@code failed REASON}, then {@code flushed}.
 */
public final class KplApplication {
  private final Parent parent;
  private final KinesisProducer producer;
  private final String stream;
  private final List<ListenableFuture<UserRecordResult>> outstanding = new ArrayList<>();

  private KplApplication(Parent parent, KinesisProducer producer, String stream) {
    this.parent = parent;
    this.producer = producer;
    this.stream = stream;
  }

  public static void main(String[] arguments) throws Exception {
    var configuration = KplRun.configuration(arguments[1], arguments[2], arguments[3], arguments[4]);
    KplRun.run(configuration, (parent, producer) -> new KplApplication(parent, producer, arguments[0]).obey());
  }

  private void obey() throws Exception {
    for (String[] line = parent.hear(); line != null; line = parent.hear()) {
      if (line[0].equals("put")) put(line);
      else flush();
    }
  }

  private void put(String[] line) {
    String hash = line[2].equals("-") ? null : line[2];
    outstanding.add(
        producer.addUserRecord(stream, Parent.decodedText(line[1]), hash, Parent.decoded(line[3])));
  }

  private void flush() throws InterruptedException {
    producer.flush();
    for (ListenableFuture<UserRecordResult> future : outstanding) {
      try {
        UserRecordResult result = future.get();
        parent.tell("stored", result.getShardId(), result.getSequenceNumber(), result.getAttempts().size());
      } catch (java.util.concurrent.ExecutionException failure) {
        parent.tell("failed", reason(failure.getCause()));
      }
    }
    outstanding.clear();
    parent.tell("flushed");
  }

  private static String reason(Throwable cause) {
    if (!(cause instanceof UserRecordFailedException failure)) return String.valueOf(cause);
    List<Attempt> attempts = failure.getResult().getAttempts();
    Attempt last = attempts.get(attempts.size() - 1);
    return last.getErrorCode() + ": " + last.getErrorMessage();
  }
}

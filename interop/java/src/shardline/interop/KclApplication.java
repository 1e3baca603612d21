package shardline.interop;

import java.util.UUID;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.KinesisClientUtil;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.retrieval.RetrievalSpecificConfig;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * A consuming application as others have it: clients as they come, endpoints and credentials from the environment. Arguments:
 * stream, name of the application, "polling" or "fan-out". Ends when the test closes its end.
 *
 * <p>Only waits of KCL's are set: by default it sleeps a minute after its first look at the shards, leases of new shards wait
 * twenty seconds for an owner, and for thirty seconds it does not know the new shards' hash ranges, and so delivers twice what a
 * producer had to put again.
 */
public final class KclApplication {
  /** On a busy machine a worker must not lose its leases for having come late. */
  private static final long FAILOVER_MS = 30_000;
  private static final long AFTER_SHARD_SYNC_MS = 500;
  private static final long LEASE_ASSIGNMENT_MS = 2_000;

  private KclApplication() {}

  public static void main(String[] arguments) throws Exception {
    Parent parent = Parent.takeOver();
    Scheduler scheduler = scheduler(arguments[0], arguments[1], arguments[2].equals("fan-out"), parent);
    Thread worker = new Thread(scheduler, "scheduler");
    worker.setDaemon(true);
    worker.start();
    while (parent.hear() != null) {}
    Runtime.getRuntime().halt(0);
  }

  private static Scheduler scheduler(String stream, String application, boolean fanOut, Parent parent) {
    KinesisAsyncClient kinesis = KinesisClientUtil.createKinesisAsyncClient(KinesisAsyncClient.builder());
    ConfigsBuilder configs = new ConfigsBuilder(
        stream,
        application,
        kinesis,
        DynamoDbAsyncClient.create(),
        CloudWatchAsyncClient.create(),
        UUID.randomUUID().toString(),
        () -> new TellingProcessor(parent));
    InitialPositionInStreamExtended start =
        InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);
    RetrievalSpecificConfig retrieval = fanOut
        ? new FanOutConfig(kinesis).streamName(stream).applicationName(application)
        : new PollingConfig(stream, kinesis);
    return new Scheduler(
        configs.checkpointConfig(),
        configs.coordinatorConfig().parentShardPollIntervalMillis(1_000),
        leases(configs).initialPositionInStream(start),
        configs.lifecycleConfig(),
        configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
        configs.processorConfig(),
        configs.retrievalConfig().initialPositionInStreamExtended(start).retrievalSpecificConfig(retrieval));
  }

  private static LeaseManagementConfig leases(ConfigsBuilder configs) {
    LeaseManagementConfig leases = configs.leaseManagementConfig()
        .failoverTimeMillis(FAILOVER_MS)
        .shardSyncIntervalMillis(AFTER_SHARD_SYNC_MS)
        .leaseAssignmentIntervalMillis(LEASE_ASSIGNMENT_MS)
        .maxCacheMissesBeforeReload(0);
    leases.workerUtilizationAwareAssignmentConfig().disableWorkerMetrics(true);
    return leases;
  }
}

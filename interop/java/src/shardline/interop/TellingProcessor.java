package shardline.interop;

import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * Tells the test all that KCL tells it: {@code started SHARD}, {@code ended SHARD}, {@code lost SHARD} and
 * {@code record SHARD SEQUENCE SUBSEQUENCE AGGREGATED ARRIVAL KEY HASH DATA}.
 */
final class TellingProcessor implements ShardRecordProcessor {
  private final Parent parent;
  private String shardId;

  TellingProcessor(Parent parent) {
    this.parent = parent;
  }

  @Override
  public void initialize(InitializationInput input) {
    shardId = input.shardId();
    parent.tell("started", shardId);
  }

  @Override
  public void processRecords(ProcessRecordsInput input) {
    for (KinesisClientRecord record : input.records()) {
      String hash = record.explicitHashKey() == null ? "-" : record.explicitHashKey();
      parent.tell(
          "record",
          shardId,
          record.sequenceNumber(),
          record.subSequenceNumber(),
          record.aggregated(),
          record.approximateArrivalTimestamp().toEpochMilli(),
          Parent.encoded(record.partitionKey()),
          hash,
          Parent.encoded(record.data()));
    }
    if (!input.records().isEmpty()) checkpoint(input.checkpointer());
  }

  @Override
  public void leaseLost(LeaseLostInput input) {
    parent.tell("lost", shardId);
  }

  @Override
  public void shardEnded(ShardEndedInput input) {
    // Only with the checkpoint may the children start.
    parent.tell("ended", shardId);
    checkpoint(input.checkpointer());
  }

  @Override
  public void shutdownRequested(ShutdownRequestedInput input) {
    checkpoint(input.checkpointer());
  }

  private void checkpoint(RecordProcessorCheckpointer checkpointer) {
    try {
      checkpointer.checkpoint();
    } catch (ShutdownException | InvalidStateException gone) {
      parent.tell("lost", shardId);
    }
  }
}

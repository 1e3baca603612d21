package shardline.interop;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.UserRecordResult;

/**
 * Puts what a benchmark gives it, as fast as it can or at a rate. Arguments: host, port, file of trusted certificates, and a folder
 * for the native child.
 *
 * <p>In: {@code payload DATA}; {@code keys KEY...}, added to the next batch; {@code send STREAM OUTSTANDING}: puts the batch, with
 * so many futures pending at most; {@code pace STREAM PER_SECOND MS}; {@code processes}. Out: {@code ready}, {@code sent FAILED}, {@code paced
 * RECORDS FAILED P50 P90 P99} in microseconds, {@code processes PID...}.
 */
public final class KplLoad {
  private static final int SLICE_MS = 2;

  private final Parent parent;
  private final KinesisProducer producer;
  private final List<ByteBuffer> payloads = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();

  private KplLoad(Parent parent, KinesisProducer producer) {
    this.parent = parent;
    this.producer = producer;
  }

  /** With the kindest settings that were found for it: no limit on its rate, no metrics, no tracker of its oldest future. */
  public static void main(String[] arguments) throws Exception {
    var configuration =
        KplRun.configuration(arguments[0], arguments[1], arguments[2], arguments[3])
            .setRateLimit(10_000)
            .setEnableOldestFutureTracker(false);
    KplRun.run(configuration, (parent, producer) -> new KplLoad(parent, producer).obey());
  }

  private void obey() throws Exception {
    for (String[] line = parent.hear(); line != null; line = parent.hear()) {
      switch (line[0]) {
        case "payload" -> payloads.add(Parent.decoded(line[1]));
        case "keys" -> keys.addAll(Arrays.asList(line).subList(1, line.length));
        case "send" -> send(line[1], Integer.parseInt(line[2]));
        case "pace" -> pace(line[1], Integer.parseInt(line[2]), Integer.parseInt(line[3]));
        case "processes" -> parent.tell("processes", processes());
        default -> throw new IllegalArgumentException("no command " + line[0]);
      }
    }
  }

  /** This process and its native child. */
  private static String processes() {
    ProcessHandle own = ProcessHandle.current();
    return own.pid()
        + own.descendants().map(child -> "\t" + child.pid()).collect(Collectors.joining());
  }

  private void send(String stream, int outstanding) throws InterruptedException {
    Semaphore room = new Semaphore(outstanding);
    AtomicInteger failed = new AtomicInteger();
    for (int index = 0; index < keys.size(); index++) {
      room.acquire();
      put(stream, keys.get(index), index, stored -> {
        if (!stored) failed.incrementAndGet();
        room.release();
      });
    }
    producer.flush();
    room.acquire(outstanding);
    keys.clear();
    parent.tell("sent", failed.get());
  }

  private void pace(String stream, int perSecond, int forMs) throws InterruptedException {
    int most = (int) ((long) perSecond * forMs / 1000);
    long[] latencies = new long[most];
    AtomicInteger ended = new AtomicInteger();
    AtomicLong failed = new AtomicLong();
    long started = System.nanoTime();
    for (int put = 0; put < most; ) {
      int due = (int) Math.min(most, (System.nanoTime() - started) * perSecond / 1_000_000_000L);
      for (; put < due; put++) {
        long at = System.nanoTime();
        put(stream, keys.get(put % keys.size()), put, stored -> {
          if (!stored) failed.incrementAndGet();
          latencies[ended.getAndIncrement()] = System.nanoTime() - at;
        });
      }
      Thread.sleep(SLICE_MS);
    }
    while (ended.get() < most) Thread.sleep(SLICE_MS);
    keys.clear();
    Arrays.sort(latencies);
    parent.tell("paced", most, failed.get(), part(latencies, 0.5), part(latencies, 0.9), part(latencies, 0.99));
  }

  private static long part(long[] sorted, double part) {
    return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)] / 1000;
  }

  private interface Told {
    void settled(boolean stored);
  }

  private void put(String stream, String key, int index, Told told) {
    ByteBuffer data = payloads.get(index % payloads.size()).duplicate();
    Futures.addCallback(
        producer.addUserRecord(stream, key, data),
        new FutureCallback<UserRecordResult>() {
          @Override
          public void onSuccess(UserRecordResult result) {
            told.settled(true);
          }

          @Override
          public void onFailure(Throwable failure) {
            told.settled(false);
          }
        },
        MoreExecutors.directExecutor());
  }
}

package io.tailrace.perf.jmh;

import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.operator.KeyedOperator;
import io.tailrace.engine.operator.ResultPublisher;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.state.DeviceTable;
import io.tailrace.engine.window.WindowOperator;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The state of one window operator with a number of keys, asked for in random order: where a key is, and that with the
 * update of its open pane. All keys have one open window, and the watermark stays.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StateBenchmark
{
    private static final int RESULT_SLOTS = 64;

    @Param({"100", "10000", "1000000"})
    private int keys;

    @Param("1")
    private long seed;

    private final Readings reading = new Readings(1);
    private ReferenceWorkload workload;
    private WindowOperator operator;
    private long index;
    private long wrong;

    /** Makes all keys. */
    @Setup
    public void setUp()
    {
        workload = new ReferenceWorkload(seed, keys, 0, JobCore.EVENT_RATE);
        final EngineConfig config = JobCore.withoutDedup(keys);
        operator = WindowOperator.of(new WindowOperator.Spec(
            0,
            WindowOperator.GLOBAL_WATERMARK,
            config.windows().get(0),
            config.eventTime(),
            config.limits(),
            new ResultPublisher(new ResultsRing(RESULT_SLOTS))));
        for (int key = 0; key < keys; key++)
        {
            update(key, 0);
        }
    }

    /** Frees the state; every key must have been found and every reading applied. */
    @TearDown
    public void tearDown()
    {
        final int keyCount = operator.keyCount();
        operator.close();
        Check.equal(keys, keyCount, "keys");
        Check.equal(0, wrong, "not found or not applied");
    }

    /** @return address of the block of a key. */
    @Benchmark
    public long find()
    {
        reading.write(0, index, workload.device(workload.bits(index)), ReferenceWorkload.EVENT_TIME_START_NS, 0);
        index++;
        final long block = operator.find(reading.address(0));
        wrong += block == KeyedOperator.UNKNOWN_KEY ? 1 : 0;
        return block;
    }

    /** @return what became of a reading, whose key is looked up and whose pane is updated. */
    @Benchmark
    public int updatePane()
    {
        final long bits = workload.bits(index++);
        return update(workload.device(bits), workload.value(bits));
    }

    private int update(final int key, final double value)
    {
        final long timeNs = ReferenceWorkload.EVENT_TIME_START_NS + (index & 0xFFFF);
        reading.write(0, index, key, timeNs, value);
        final int outcome = operator.onReading(
            reading.address(0),
            KeyedOperator.UNKNOWN_KEY,
            timeNs,
            ReferenceWorkload.EVENT_TIME_START_NS,
            timeNs,
            DeviceTable.NULL_ADDRESS);
        wrong += outcome == KeyedOperator.APPLIED ? 0 : 1;
        return outcome;
    }
}

package io.tailrace.perf.jmh;

import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.dedup.Deduplication;
import io.tailrace.engine.state.DeviceTable;
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
 * Deduplication through its door for operators: by sequence over a window of 256 ids a device, and by id in a set
 * whose ids expire as others come. Devices come in random order, and are known by address, as operators know them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DedupBenchmark
{
    /** Devices with what was seen of them. */
    @State(Scope.Thread)
    public static class Sequences
    {
        /** How far an id lies above the one before of its device: next to it, or beyond the window as in job J1. */
        @Param({"1", "10000"})
        private long step;

        @Param("10000")
        private int devices;

        @Param("1")
        private long seed;

        private final Readings reading = new Readings(1);
        private ReferenceWorkload workload;
        private DeviceTable table;
        private Deduplication dedup;
        private long[] blocks;
        private long[] ids;
        private long index;
        private long wrong;

        /** Makes all devices, and gives each its first id. */
        @Setup
        public void setUp()
        {
            workload = new ReferenceWorkload(seed, devices, 0, JobCore.EVENT_RATE);
            table = new DeviceTable(devices, 0, JobCore.WINDOW_IDS);
            dedup = new Deduplication(JobCore.bySequence(), table);
            blocks = new long[devices];
            ids = new long[devices];
            for (int device = 0; device < devices; device++)
            {
                blocks[device] = table.create(device);
                judge(device, Deduplication.NEW);
            }
        }

        /** Frees the state; every judgement must have been the expected one. */
        @TearDown
        public void tearDown()
        {
            dedup.close();
            table.close();
            Check.equal(0, wrong, "wrong judgements");
        }

        private int next()
        {
            return workload.device(workload.bits(index++));
        }

        private int judge(final int device, final int expected)
        {
            reading.write(0, ids[device], device, ReferenceWorkload.EVENT_TIME_START_NS, 1);
            final int judgement =
                dedup.judge(reading.address(0), blocks[device], ReferenceWorkload.EVENT_TIME_START_NS);
            wrong += judgement == expected ? 0 : 1;
            return judgement;
        }
    }

    /** A set of 1,000,000 to 1,250,000 ids. */
    @State(Scope.Thread)
    public static class Ids
    {
        private static final long TTL_NS = 1_000_000_000L;
        private static final long STEP_NS = 1_000;
        private static final int REMEMBERED = (int)(TTL_NS / STEP_NS);
        private static final long MAX_IDS = 2L * REMEMBERED;

        @Param("10000")
        private int devices;

        @Param("1")
        private long seed;

        private final Readings reading = new Readings(1);
        private ReferenceWorkload workload;
        private ReferenceWorkload places;
        private DeviceTable table;
        private Deduplication dedup;
        private long next;
        private long asked;
        private long wrong;

        /** Fills the set until ids expire. */
        @Setup
        public void setUp()
        {
            workload = new ReferenceWorkload(seed, devices, 0, JobCore.EVENT_RATE);
            places = new ReferenceWorkload(seed, REMEMBERED, 0, JobCore.EVENT_RATE);
            table = new DeviceTable(1, 0);
            dedup = new Deduplication(
                DedupConfig.builder().by(DedupBy.ID).ttlNs(TTL_NS).maxIds(MAX_IDS).build(), table);
            while (next < MAX_IDS)
            {
                add();
            }
        }

        /** Frees the state; every judgement must have been the expected one. */
        @TearDown
        public void tearDown()
        {
            dedup.close();
            table.close();
            Check.equal(0, wrong, "wrong judgements");
        }

        private int add()
        {
            return judge(next++, Deduplication.NEW);
        }

        private int judge(final long id, final int expected)
        {
            reading.write(0, id, workload.device(workload.bits(id)), ReferenceWorkload.EVENT_TIME_START_NS, 1);
            final int judgement = dedup.judge(
                reading.address(0),
                DeviceTable.NULL_ADDRESS,
                ReferenceWorkload.EVENT_TIME_START_NS + next * STEP_NS);
            wrong += judgement == expected ? 0 : 1;
            return judgement;
        }
    }

    /** @return the judgement on an id above all others of its device. */
    @Benchmark
    public int newBySequence(final Sequences state)
    {
        final int device = state.next();
        state.ids[device] += state.step;
        return state.judge(device, Deduplication.NEW);
    }

    /** @return the judgement on the id that its device sent last. */
    @Benchmark
    public int seenBySequence(final Sequences state)
    {
        return state.judge(state.next(), Deduplication.DUPLICATE);
    }

    /** @return the judgement on an id that was never there; old ones expire at the same rate. */
    @Benchmark
    public int newById(final Ids state)
    {
        return state.add();
    }

    /** @return the judgement on one of the 1,000,000 newest ids. */
    @Benchmark
    public int seenById(final Ids state)
    {
        final long back = state.places.device(state.places.bits(state.asked++));
        return state.judge(state.next - 1 - back, Deduplication.DUPLICATE);
    }
}

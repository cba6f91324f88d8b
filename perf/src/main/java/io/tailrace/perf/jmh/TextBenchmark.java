package io.tailrace.perf.jmh;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.codec.NameDictionary;
import io.tailrace.codec.NumberText;
import io.tailrace.codec.ReadingCsv;
import io.tailrace.codec.TimeUnits;
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

/** Text: numbers as results print them, and rows as files of readings have them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TextBenchmark
{
    private static final int COUNT = 1024;
    private static final double THOUSAND = 1_000;
    private static final String METRIC_NAME = "temperature";

    @Param("1")
    private long seed;

    private final double[] measured = new double[COUNT];
    private final double[] means = new double[COUNT];
    private final StringBuilder text = new StringBuilder();
    private ReadingCsv rows;
    private int index;
    private long rejected;

    /** Makes numbers, and opens the rows. */
    @Setup
    public void setUp() throws IOException, IdCollisionException
    {
        final ReferenceWorkload workload = new ReferenceWorkload(
            seed, ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, JobCore.EVENT_RATE);
        for (int i = 0; i < COUNT; i++)
        {
            final long bits = workload.bits(i);
            measured[i] = (bits >>> Long.SIZE - 20) / THOUSAND;
            means[i] = measured[i] / (workload.device(bits) + 3);
        }
        final NameDictionary names = new NameDictionary(Map.of(METRIC_NAME, (long)ReferenceWorkload.METRIC));
        rows = new ReadingCsv(
            new CsvRows(workload, METRIC_NAME), "rows", names, TimeUnits.MILLIS, List.of());
    }

    /** Closes the rows, all of which must have been readings. */
    @TearDown
    public void tearDown() throws IOException
    {
        rows.close();
        Check.equal(0, rejected, "rejected rows");
    }

    /** @return length of a number of up to three decimals. */
    @Benchmark
    public int printMeasuredNumber()
    {
        return print(measured);
    }

    /** @return length of a number of mostly 16 or 17 digits, as means are. */
    @Benchmark
    public int printMean()
    {
        return print(means);
    }

    /** @return something of a row with five columns. */
    @Benchmark
    public double parseCsvRow() throws IOException, IdCollisionException
    {
        if (!rows.next() || rows.isRejected())
        {
            rejected++;
        }
        return rows.eventId() + rows.deviceId() + rows.metric() + rows.eventTime() + rows.value();
    }

    private int print(final double[] numbers)
    {
        index = index + 1 & COUNT - 1;
        text.setLength(0);
        NumberText.append(text, numbers[index]);
        return text.length();
    }
}

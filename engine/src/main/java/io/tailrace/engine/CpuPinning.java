package io.tailrace.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntConsumer;

import io.aeron.exceptions.AeronEvent;
import io.tailrace.engine.config.Layout;
import net.openhft.affinity.Affinity;
import org.agrona.ErrorHandler;

/**
 * Pins each thread of layout {@code dedicated} to a CPU of its own, of those that the kernel keeps other work away from
 * ({@code isolcpus}), in the order in which threads are made. With fewer such CPUs than threads nothing is pinned, and
 * a warning says so: a thread that spins where others want to run is worse off pinned. A CPU that the process may not
 * use, as in a container, is warned of, and its thread goes on wherever the scheduler puts it.
 * <p>
 * Threading: made and asked by the launching thread; each thread pins itself.
 */
final class CpuPinning
{
    private static final Path ISOLATED = Path.of("/sys/devices/system/cpu/isolated");

    private final List<Integer> cpus;
    private final IntConsumer pin;
    private final ErrorHandler warnings;
    private int next;

    /**
     * @param cpus     to pin to, in their order; none: threads are not pinned.
     * @param pin      pins the calling thread to a CPU, or throws.
     * @param warnings told what could not be done.
     */
    CpuPinning(final List<Integer> cpus, final IntConsumer pin, final ErrorHandler warnings)
    {
        this.cpus = cpus;
        this.pin = pin;
        this.warnings = warnings;
    }

    /**
     * For the threads of a layout.
     *
     * @param threads how many there will be.
     */
    static CpuPinning of(final Layout layout, final int threads, final ErrorHandler warnings)
    {
        return layout == Layout.DEDICATED ?
            of(isolatedCpus(), threads, CpuPinning::setAffinity, warnings) :
            new CpuPinning(List.of(), CpuPinning::setAffinity, warnings);
    }

    static CpuPinning of(
        final List<Integer> isolated, final int threads, final IntConsumer pin, final ErrorHandler warnings)
    {
        if (isolated.size() >= threads)
        {
            return new CpuPinning(isolated, pin, warnings);
        }
        warnings.onError(new AeronEvent("layout=dedicated: " + isolated.size() + " isolated CPUs, expected " +
            threads + " (kernel option isolcpus); threads are not pinned"));
        return new CpuPinning(List.of(), pin, warnings);
    }

    /** @return makes one thread, the next one. */
    ThreadFactory nextThread()
    {
        if (next == cpus.size())
        {
            return Thread::new;
        }
        final int cpu = cpus.get(next++);
        return task -> new Thread(() ->
        {
            pin(cpu);
            task.run();
        });
    }

    private void pin(final int cpu)
    {
        try
        {
            pin.accept(cpu);
        }
        catch (final RuntimeException | LinkageError ex)
        {
            warnings.onError(new AeronEvent(
                Thread.currentThread().getName() + " cannot be pinned to CPU " + cpu + ": " + ex.getMessage()));
        }
    }

    /** Pins the calling thread; where the library does not know the system it does nothing, which we would not see. */
    static void setAffinity(final int cpu)
    {
        Affinity.setAffinity(cpu);
        final BitSet found = Affinity.getAffinity();
        if (!found.get(cpu) || found.cardinality() != 1)
        {
            throw new IllegalStateException("it may run on " + found);
        }
    }

    private static List<Integer> isolatedCpus()
    {
        try
        {
            return CpuList.parse(Files.readString(ISOLATED));
        }
        catch (final IOException ex)
        {
            // Not Linux, or not visible: none is known.
            return List.of();
        }
    }
}

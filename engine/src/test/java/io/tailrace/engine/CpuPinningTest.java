package io.tailrace.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.ThreadFactory;

import io.tailrace.engine.config.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CpuPinningTest
{
    private final List<String> warnings = new ArrayList<>();
    private final List<Integer> pinned = new ArrayList<>();

    @Test
    void shouldPinEachThreadToTheNextIsolatedCpu() throws InterruptedException
    {
        final CpuPinning pinning = CpuPinning.of(List.of(4, 2, 9), 2, pinned::add, ex -> warnings.add(ex.getMessage()));
        run(pinning.nextThread());
        run(pinning.nextThread());
        assertEquals(List.of(4, 2), pinned);
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldPinNothingAndSaySoIfThereAreTooFew() throws InterruptedException
    {
        final CpuPinning pinning = CpuPinning.of(List.of(4), 2, pinned::add, ex -> warnings.add(ex.getMessage()));
        run(pinning.nextThread());
        run(pinning.nextThread());
        assertEquals(List.of(), pinned);
        assertEquals(1, warnings.size());
        assertTrue(
            warnings.get(0).contains("layout=dedicated: 1 isolated CPUs, expected 2 (kernel option isolcpus)"),
            warnings::toString);
    }

    @Test
    void shouldRunAThreadThatCannotBePinned() throws InterruptedException
    {
        final CpuPinning pinning = CpuPinning.of(
            List.of(7),
            1,
            cpu ->
            {
                throw new IllegalStateException("errno=22");
            },
            ex -> warnings.add(ex.getMessage()));
        assertTrue(run(pinning.nextThread()));
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("window cannot be pinned to CPU 7: errno=22"), warnings::toString);
    }

    @Test
    void shouldPinNothingInOtherLayouts() throws InterruptedException
    {
        for (final Layout layout : List.of(Layout.COMPACT, Layout.BALANCED))
        {
            assertTrue(run(CpuPinning.of(layout, 3, ex -> warnings.add(ex.getMessage())).nextThread()));
        }
        assertEquals(List.of(), warnings);
    }

    /** As the kernel sees it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldPinARealThread() throws Exception
    {
        final int cpu = CpuList.parse(allowed()).get(0);
        final AtomicReference<String> list = new AtomicReference<>();
        final CpuPinning pinning =
            new CpuPinning(List.of(cpu), CpuPinning::setAffinity, ex -> warnings.add(ex.getMessage()));
        final Thread thread = pinning.nextThread().newThread(() -> list.set(allowed()));
        thread.start();
        thread.join();
        assertEquals(Integer.toString(cpu), list.get());
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldReadLists()
    {
        assertEquals(List.of(0, 1, 2, 3, 8, 10, 11), CpuList.parse("0-3,8,10-11\n"));
        assertEquals(List.of(), CpuList.parse(""));
        assertEquals(List.of(), CpuList.parse("none"));
        assertEquals(List.of(), CpuList.parse("0-3,x"));
        assertEquals(List.of(), CpuList.parse("5-3"));
    }

    private static boolean run(final ThreadFactory factory) throws InterruptedException
    {
        final List<Boolean> isRun = new ArrayList<>();
        final Thread thread = factory.newThread(() -> isRun.add(true));
        thread.setName("window");
        thread.start();
        thread.join();
        return !isRun.isEmpty();
    }

    private static String allowed()
    {
        final String key = "Cpus_allowed_list:";
        try
        {
            return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith(key)).findFirst().orElseThrow().substring(key.length()).trim();
        }
        catch (final java.io.IOException ex)
        {
            throw new java.io.UncheckedIOException(ex);
        }
    }
}

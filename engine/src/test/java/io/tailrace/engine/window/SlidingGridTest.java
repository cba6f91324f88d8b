package io.tailrace.engine.window;

import java.math.BigInteger;
import java.util.Random;

import io.tailrace.engine.config.WindowConfig;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Slices and sliding windows against an enumeration in arithmetic that cannot overflow.
 */
class SlidingGridTest
{
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private BigInteger size;
    private BigInteger slide;
    private BigInteger offset;

    @Example
    void shouldCutAsTheExampleOfTheClassSays()
    {
        final SlidingGrid grid = new SlidingGrid(7, 3, 0);
        assertSlice(grid, 0, 0, 0, 3);
        assertSlice(grid, 1, 1, 0, 2);
        assertSlice(grid, 2, 1, 0, 2);
        assertSlice(grid, 3, 2, 1, 3);
        assertSlice(grid, 6, 4, 2, 3);
        assertSlice(grid, 7, 5, 2, 2);
        assertSlice(grid, -1, -1, -1, 2);
        assertSlice(grid, -3, -2, -1, 3);
        assertEquals(5, grid.slicesPerWindow());
        assertEquals(0, grid.firstSlice(0));
        assertEquals(7, grid.endNs(0));
        assertTrue(grid.isFirst(4));
        assertFalse(grid.isFirst(5));
        assertEquals(2, grid.windowOf(4));
    }

    @Example
    void shouldCutOnlyAtStartsIfTheSizeIsAMultipleOfTheSlide()
    {
        final SlidingGrid grid = new SlidingGrid(30, 10, 3);
        assertSlice(grid, 3, 0, 0, 3);
        assertSlice(grid, 12, 0, 0, 3);
        assertSlice(grid, 13, 1, 1, 3);
        assertSlice(grid, 2, -1, -1, 3);
        assertEquals(3, grid.slicesPerWindow());
        assertEquals(1, grid.slicesPerSlide());
        assertTrue(grid.isFirst(-1));
    }

    @Example
    void shouldCountTheWindowsOfATime()
    {
        assertEquals(3, SlidingGrid.windowsPerTime(WindowConfig.sliding("w", 7, 3).build()));
        assertEquals(3, SlidingGrid.windowsPerTime(WindowConfig.sliding("w", 9, 3).build()));
        assertEquals(1, SlidingGrid.windowsPerTime(WindowConfig.sliding("w", 9, 9).build()));
        assertEquals(
            Integer.MAX_VALUE / 2, SlidingGrid.windowsPerTime(WindowConfig.sliding("w", Long.MAX_VALUE, 1).build()));
    }

    /** Windows of a time, at small times and at the ends of time, one after the other on one grid. */
    @Property(tries = 400)
    void shouldFindTheWindowsThatContainATime(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final SlidingGrid grid = grid(random);
        for (int i = 0; i < 200; i++)
        {
            final long timeNs = timeNs(random);
            grid.find(timeNs);
            final BigInteger time = BigInteger.valueOf(timeNs);
            final BigInteger last = floorDiv(time.subtract(offset), slide);
            int count = 0;
            while (start(last.subtract(BigInteger.valueOf(count))).add(size).compareTo(time) > 0)
            {
                count++;
            }
            assertEquals(last.longValueExact(), grid.lastWindow());
            assertEquals(count, grid.windowCount());
            assertEquals(clamp(start(last).add(size)), grid.lastEndNs());
            for (int back = 0; back < count; back++)
            {
                final BigInteger window = last.subtract(BigInteger.valueOf(back));
                assertEquals(clamp(start(window)), grid.startNs(window.longValueExact()));
                assertEquals(clamp(start(window).add(size)), grid.endNs(window.longValueExact()));
            }
        }
    }

    /** Neighbours in time are in the same slice, or in the next one where an edge lies between. */
    @Property(tries = 200)
    void shouldTileTimeWithSlices(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final SlidingGrid grid = grid(random);
        final BigInteger rest = size.mod(slide);
        for (int i = 0; i < 200; i++)
        {
            final long timeNs = Math.max(Long.MIN_VALUE + 1, timeNs(random));
            grid.find(timeNs - 1);
            final long before = grid.slice();
            grid.find(timeNs);
            final BigInteger sinceEdge = BigInteger.valueOf(timeNs).subtract(offset).mod(slide);
            final boolean isEdge = sinceEdge.signum() == 0 || sinceEdge.equals(rest);
            assertEquals(before + (isEdge ? 1 : 0), grid.slice(), () -> "at " + timeNs);
            assertEquals(sinceEdge.compareTo(rest) < 0 || rest.signum() == 0, grid.isFirst(grid.slice()));
        }
    }

    /** A slice belongs to a window if and only if its times do. */
    @Property(tries = 200)
    void shouldCoverAWindowExactlyWithItsSlices(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final SlidingGrid grid = grid(random);
        for (int i = 0; i < 100; i++)
        {
            grid.find(timeNs(random));
            final long window = grid.lastWindow() - random.nextInt(3);
            final long first = grid.firstSlice(window);
            assertTrue(grid.isFirst(first));
            assertEquals(window, grid.windowOf(first));
            final BigInteger start = start(BigInteger.valueOf(window));
            final BigInteger end = start.add(size);
            for (final BigInteger edge : new BigInteger[] {start, end, middle(start, end, random)})
            {
                for (int step = -1; step <= 1; step++)
                {
                    final BigInteger time = edge.add(BigInteger.valueOf(step));
                    if (time.compareTo(MIN) >= 0 && time.compareTo(MAX) <= 0)
                    {
                        grid.find(time.longValueExact());
                        final boolean isIn = grid.slice() >= first && grid.slice() < first + grid.slicesPerWindow();
                        assertEquals(time.compareTo(start) >= 0 && time.compareTo(end) < 0, isIn);
                    }
                }
            }
        }
    }

    private SlidingGrid grid(final Random random)
    {
        // Slides of a few ns and times at the end of the range would give numbers beyond it.
        final long slideNs = random.nextBoolean() ? 1 + random.nextInt(60) : 1 + (random.nextLong() >>> 10);
        final long wholeSlides = 1 + random.nextInt(8);
        final long rest = random.nextBoolean() ? 0 : (long)(random.nextDouble() * slideNs);
        final long sizeNs = slideNs * wholeSlides + rest;
        final long offsetNs = random.nextBoolean() ? random.nextInt(100) - 50 : random.nextLong();
        size = BigInteger.valueOf(sizeNs);
        slide = BigInteger.valueOf(slideNs);
        offset = BigInteger.valueOf(offsetNs).mod(slide);
        return new SlidingGrid(sizeNs, slideNs, offsetNs);
    }

    private long timeNs(final Random random)
    {
        return switch (random.nextInt(slide.longValueExact() < 4 ? 2 : 5))
        {
            case 0 -> random.nextInt(400) - 200;
            case 1 -> random.nextLong() >> 2 + random.nextInt(40);
            case 2 -> random.nextLong();
            case 3 -> Long.MIN_VALUE + (random.nextLong() >>> 1 + random.nextInt(63));
            default -> Long.MAX_VALUE - (random.nextLong() >>> 1 + random.nextInt(63));
        };
    }

    private BigInteger start(final BigInteger window)
    {
        return window.multiply(slide).add(offset);
    }

    private static BigInteger middle(final BigInteger start, final BigInteger end, final Random random)
    {
        return start.add(end.subtract(start).multiply(BigInteger.valueOf(random.nextInt(1000)))
            .divide(BigInteger.valueOf(1000)));
    }

    private static BigInteger floorDiv(final BigInteger dividend, final BigInteger divisor)
    {
        return dividend.subtract(dividend.mod(divisor)).divide(divisor);
    }

    private static long clamp(final BigInteger value)
    {
        return value.max(MIN).min(MAX).longValueExact();
    }

    private static void assertSlice(
        final SlidingGrid grid, final long timeNs, final long slice, final long lastWindow, final int windowCount)
    {
        grid.find(timeNs);
        assertEquals(slice, grid.slice());
        assertEquals(lastWindow, grid.lastWindow());
        assertEquals(windowCount, grid.windowCount());
    }
}

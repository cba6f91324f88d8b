package io.tailrace.engine.admission;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class QuarantineViewTest
{
    private final QuarantineView view = new QuarantineView();

    @Test
    void shouldShowWhoIsInQuarantineUntilItLeaves()
    {
        view.onEntered(7, 3);
        view.onEntered(-1, 5);
        view.onRejected(7, 4);
        assertEquals("entered=2 devices=2 {7=4, -1=5}", text(view));
        view.onReleased(7);
        assertEquals("entered=2 devices=1 {-1=5}", text(view));
        view.onReleased(-1);
        assertEquals("entered=2 devices=0 {}", text(view));
        view.onEntered(7, 9);
        assertEquals("entered=3 devices=1 {7=9}", text(view));
    }

    @Test
    void shouldCountDevicesForWhichThereIsNoPlaceAndShowThemWhenThereIs()
    {
        for (int device = 0; device < QuarantineView.CAPACITY + 2; device++)
        {
            view.onEntered(device, 3);
        }
        final int hidden = QuarantineView.CAPACITY;
        view.onRejected(hidden, 4);
        assertEquals(QuarantineView.CAPACITY, view.shown());
        assertEquals(QuarantineView.CAPACITY + 2, view.devices());
        assertTrue(devices(view).keySet().stream().noneMatch(device -> device >= hidden));

        // One that was not shown leaves; one that was shown makes room.
        view.onReleased(hidden + 1);
        assertEquals(QuarantineView.CAPACITY, view.shown());
        view.onReleased(0);
        assertEquals(QuarantineView.CAPACITY - 1, view.shown());
        view.onRejected(hidden, 5);
        assertEquals(5, devices(view).get((long)hidden));
        assertEquals(QuarantineView.CAPACITY, view.devices());
        assertEquals(QuarantineView.CAPACITY + 2, view.entered());
    }

    @Test
    void shouldBeFilledAnewWithoutCountingEntriesTwice()
    {
        view.onEntered(1, 3);
        view.clear(12);
        view.onRestored(5, 8);
        view.onRestored(6, 9);
        assertEquals("entered=12 devices=2 {5=8, 6=9}", text(view));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldShowNobodyWrongly(final long seed)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final Map<Long, Long> expected = new TreeMap<>();
        final QuarantineView copy = new QuarantineView();
        long entered = 0;
        for (int step = 0; step < 20_000; step++)
        {
            final long device = random.nextInt(30);
            final Long rejections = expected.get(device);
            if (null == rejections)
            {
                expected.put(device, 3L);
                view.onEntered(device, 3);
                entered++;
            }
            else if (random.nextInt(3) == 0)
            {
                expected.remove(device);
                view.onReleased(device);
            }
            else
            {
                expected.put(device, rejections + 1);
                view.onRejected(device, rejections + 1);
            }

            view.copyTo(copy);
            assertEquals(entered, copy.entered());
            assertEquals(expected.size(), copy.devices());
            final Map<Long, Long> shown = devices(copy);
            assertEquals(copy.shown(), shown.size());
            assertTrue(expected.entrySet().containsAll(shown.entrySet()), () -> shown + " of " + expected);
        }
    }

    private static String text(final QuarantineView view)
    {
        return "entered=" + view.entered() + " devices=" + view.devices() + " " + devices(view);
    }

    private static Map<Long, Long> devices(final QuarantineView view)
    {
        final Map<Long, Long> devices = new LinkedHashMap<>();
        for (int i = 0; i < view.shown(); i++)
        {
            devices.put(view.deviceId(i), view.rejections(i));
        }
        return devices;
    }
}

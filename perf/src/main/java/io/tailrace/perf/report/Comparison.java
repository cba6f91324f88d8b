package io.tailrace.perf.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * One figure of two things that were measured in turns: the ratio of their medians, against a bar.
 *
 * @param name     of the figure, its unit included.
 * @param measured the figures of what is judged.
 * @param against  the figures of what it is compared with.
 * @param pairs    ratios within each pair.
 * @param ratio    of the medians.
 * @param bar      that the ratio is held against.
 */
public record Comparison(String name, Spread measured, Spread against, Spread pairs, double ratio, Bar bar)
{
    private static final double MANY = 100;
    private static final double SMALL = 0.01;
    private static final String FLOOR = "at least";
    private static final String CEILING = "at most";

    /**
     * Compares.
     *
     * @param name     of the figure, its unit included.
     * @param measured one figure of each pair.
     * @param against  the other figure of the same pairs, in the same order.
     * @param bar      for the ratio of the medians.
     * @throws IllegalArgumentException if there are none, or not as many of each.
     */
    public static Comparison of(
        final String name, final double[] measured, final double[] against, final Bar bar)
    {
        if (measured.length != against.length)
        {
            throw new IllegalArgumentException(
                name + ": " + measured.length + " figures, expected " + against.length + " as on the other side");
        }
        final double[] ratios = new double[measured.length];
        for (int i = 0; i < ratios.length; i++)
        {
            ratios[i] = measured[i] / against[i];
        }
        final Spread own = Spread.of(measured);
        final Spread other = Spread.of(against);
        return new Comparison(name, own, other, Spread.of(ratios), own.median() / other.median(), bar);
    }

    /** @return whether the ratio is as it must be. */
    public boolean isHit()
    {
        return bar.isHit(ratio);
    }

    /** @return both sides, the ratio, its spread and what the bar says, for people. */
    public String text()
    {
        final int decimals = Math.max(measured.median(), against.median()) < MANY ? 2 : 0;
        return String.format(
            Locale.ROOT,
            "%s against %s; ratio of medians %s, pairs %s; %s",
            measured.text(decimals),
            against.text(decimals),
            ratioText(ratio),
            pairs.text(3),
            bar.text(ratio));
    }

    /** @return a ratio for people; one that three decimals do not show, such as bytes an event, by its digits. */
    public static String ratioText(final double ratio)
    {
        return String.format(Locale.ROOT, ratio > 0 && ratio < SMALL ? "%.2g" : "%.3f", ratio);
    }

    /** @return all of it, for the manifest. */
    public Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("measured", measured);
        map.put("against", against);
        map.put("ratio-of-pairs", pairs);
        map.put("ratio-of-medians", ratio);
        map.put("bar", bar.text(ratio));
        map.put("limit", bar.isSet() ? bar.limit() : null);
        map.put("limit-is", bar.isSet() ? (bar.isFloor() ? FLOOR : CEILING) : null);
        map.put("verdict", bar.isSet() ? (isHit() ? "HIT" : "MISS") : "no bar");
        return map;
    }

    /**
     * Reads back what {@link #toMap} has saved.
     *
     * @param name of the comparison.
     * @param map  from the manifest.
     * @throws IllegalArgumentException if something is missing or is no number.
     */
    static Comparison fromJson(final String name, final JsonNode map)
    {
        return new Comparison(
            name,
            spread(name, map.path("measured")),
            spread(name, map.path("against")),
            spread(name, map.path("ratio-of-pairs")),
            number(name, map.path("ratio-of-medians")),
            Bar.parse(map.path("bar").asString("")));
    }

    private static Spread spread(final String name, final JsonNode map)
    {
        return new Spread(
            number(name, map.path("median")), number(name, map.path("min")), number(name, map.path("max")));
    }

    /** JSON has no word for what is no number or infinite, which are written as text. */
    private static double number(final String name, final JsonNode node)
    {
        if (node.isNumber())
        {
            return node.asDouble();
        }
        try
        {
            return Double.parseDouble(node.asString(""));
        }
        catch (final NumberFormatException ex)
        {
            throw new IllegalArgumentException(name + ": found " + node + ", expected a number", ex);
        }
    }
}

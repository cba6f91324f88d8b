package io.tailrace.perf.page;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Lines over two axes as SVG, with the legend below. Drawn narrow, so that its text can be read where the page is as
 * wide as a phone. Its figures are told by a table that the caller adds.
 * <p>
 * Threading: immutable.
 */
final class Plot
{
    /** A line. */
    record Line(String name, double[] xs, double[] ys)
    {
    }

    /** Styles that the page has; further names have the same ones again, dashed. */
    static final int STYLES = 6;

    private static final int WIDTH = 440;
    private static final int HEIGHT = 290;
    private static final int LEFT = 58;
    private static final int RIGHT = 24;
    private static final int TOP = 10;
    private static final int BOTTOM = 44;
    private static final int TEXT_HEIGHT = 13;

    private final String title;
    private final Axis x;
    private final Axis y;
    private final Map<String, String> styles = new LinkedHashMap<>();

    /**
     * @param title of the plot, for who cannot see it too.
     * @param x     axis from left to right.
     * @param y     axis from bottom to top.
     */
    Plot(final String title, final Axis x, final Axis y)
    {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /** Writes the figure; lines of one name have one style. */
    void write(final Html html, final List<Line> lines)
    {
        lines.forEach(line -> styles.computeIfAbsent(line.name(), name -> style(name, styles.size())));
        html.open("figure").element("figcaption", title);
        html.open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "role", "img", "aria-label",
            title + ": " + y.label() + " over " + x.label() + "; the figures are in the table");
        grid(html);
        for (final Line line : lines)
        {
            if (line.xs().length > 0)
            {
                html.empty("polyline", "class", styles.get(line.name()), "points", points(line));
            }
        }
        html.close();
        html.open("ul", "class", "legend", "aria-hidden", "true");
        styles.forEach((name, style) -> html.open("li")
            .open("svg", "viewBox", "0 0 24 8", "class", "key")
            .empty("polyline", "class", style, "points", "0,4 24,4")
            .close()
            .text(name)
            .close());
        html.close().close();
    }

    private static String style(final String name, final int index)
    {
        return name.startsWith("control") ? "line control" :
            "line s" + index % STYLES + (index >= STYLES ? " dashed" : "");
    }

    private void grid(final Html html)
    {
        for (final Axis.Tick tick : y.ticks())
        {
            final String at = number(top(tick.at()));
            html.empty("line", "class", "grid",
                "x1", number(LEFT), "x2", number(WIDTH - RIGHT), "y1", at, "y2", at);
            html.element("text", tick.label(), "class", "tick", "text-anchor", "end",
                "x", number(LEFT - 6), "y", number(top(tick.at()) + 4));
        }
        for (final Axis.Tick tick : x.ticks())
        {
            final String at = number(left(tick.at()));
            html.empty("line", "class", "grid",
                "x1", at, "x2", at, "y1", number(TOP), "y2", number(HEIGHT - BOTTOM));
            html.element("text", tick.label(), "class", "tick", "text-anchor", "middle",
                "x", at, "y", number(HEIGHT - BOTTOM + TEXT_HEIGHT + 3));
        }
        html.element("text", x.label(), "class", "label", "text-anchor", "middle",
            "x", number((LEFT + WIDTH - RIGHT) / 2.0), "y", number(HEIGHT - 8));
    }

    private String points(final Line line)
    {
        final StringBuilder points = new StringBuilder();
        for (int i = 0; i < line.xs().length; i++)
        {
            points.append(i == 0 ? "" : " ")
                .append(number(left(line.xs()[i])))
                .append(',')
                .append(number(top(line.ys()[i])));
        }
        return points.toString();
    }

    private double left(final double value)
    {
        return LEFT + x.share(value) * (WIDTH - LEFT - RIGHT);
    }

    private double top(final double value)
    {
        return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - BOTTOM - TOP);
    }

    private static String number(final double value)
    {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}

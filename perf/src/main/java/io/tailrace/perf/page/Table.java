package io.tailrace.perf.page;

import java.util.List;

/**
 * A table whose first column names its rows. It scrolls by itself where the page is too narrow for it.
 * <p>
 * Threading: one thread.
 */
final class Table
{
    private final Html html;
    private final List<String> headings;

    private Table(final Html html, final List<String> headings)
    {
        this.html = html;
        this.headings = headings;
    }

    /**
     * Begins a table.
     *
     * @param html     that it goes to.
     * @param caption  what it shows.
     * @param headings of the columns.
     */
    static Table begin(final Html html, final String caption, final List<String> headings)
    {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
        html.open("table").element("caption", caption);
        html.open("thead").open("tr");
        headings.forEach(heading -> html.element("th", heading, "scope", "col"));
        html.close().close().open("tbody");
        return new Table(html, headings);
    }

    /** Adds a row; what stands in the first column is its heading. */
    Table row(final String... cells)
    {
        if (cells.length != headings.size())
        {
            throw new IllegalArgumentException(cells.length + " cells, expected " + headings.size());
        }
        html.open("tr").element("th", cells[0], "scope", "row");
        for (int i = 1; i < cells.length; i++)
        {
            final String cell = cells[i];
            switch (cell)
            {
                case "HIT" -> html.open("td").element("strong", cell, "class", "verdict hit").close();
                case "MISS" -> html.open("td").element("strong", cell, "class", "verdict miss").close();
                default -> html.element("td", cell);
            }
        }
        html.close();
        return this;
    }

    /** Ends the table. */
    void end()
    {
        html.close().close().close();
    }
}

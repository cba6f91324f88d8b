package io.tailrace.perf.page;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import io.tailrace.perf.report.SampleRuns;
import io.tailrace.perf.report.SavedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class HtmlReportTest
{
    @TempDir
    private Path temp;

    @Test
    void shouldHoldEveryComparisonMissesLikeHits() throws Exception
    {
        final Document page = parse(page());
        final List<String> rows = texts(page, "tr");
        for (final String name : List.of(SampleRuns.HIT, SampleRuns.MISSED, SampleRuns.UNJUDGED))
        {
            assertTrue(rows.stream().anyMatch(row -> row.startsWith(name)), name);
        }
        // In the summary and in the section of the run.
        assertEquals(2, rows.stream().filter(row -> row.startsWith(SampleRuns.MISSED + "MISS")).count());
        assertEquals(2, rows.stream().filter(row -> row.startsWith(SampleRuns.HIT + "HIT")).count());
        assertEquals(1, rows.stream().filter(row -> row.startsWith(SampleRuns.UNJUDGED + "no bar")).count());
        assertTrue(rows.stream().anyMatch(row ->
            row.equals(SampleRuns.HIT + "HIT0.800at least 0.64.00 (3.00-5.00)5.00 (5.00-5.00)passed")), rows::toString);
    }

    @Test
    void shouldReferToNothingOutsideItself()
    {
        final String page = page();
        for (final String word : List.of("http:", "https:", "//", "src=", "url(", "@import", "<script", "<link"))
        {
            assertFalse(page.contains(word), word);
        }
        assertTrue(page.contains("prefers-color-scheme: dark"));
        assertTrue(page.contains("width=device-width"));
    }

    @Test
    void shouldGiveTheStyleUnchanged() throws Exception
    {
        final String style = texts(parse(page()), "style").get(0);
        // A browser does not decode entities in a style.
        assertTrue(page().contains(style), "escaped");
    }

    @Test
    void shouldListFailedRunsWithoutTheirFigures()
    {
        final String page = page();
        assertTrue(page.contains("2 runs, 1 failed"));
        assertTrue(page.contains("missed its rate: 1 of 2"));
        assertFalse(page.contains("of a failed run") || page.contains("of-a-failed-run"));
    }

    @Test
    void shouldDrawEveryHistogramAndTellItInATable() throws Exception
    {
        final Document page = parse(page());
        final List<String> captions = texts(page, "figcaption");
        assertEquals(
            List.of("Result latency from intended time", "Control: hiccups of an idle thread",
                "As fast as it goes: published over time, M events/s",
                "On schedule: published over time, M events/s"),
            captions);
        assertTrue(texts(page, "tr").stream().anyMatch(
            row -> row.matches("latency-in-memory3273" + "5\\.0.*")), () -> texts(page, "tr").toString());
        assertTrue(texts(page, "tr").contains("too-short, 10250nonenonenone"));
        final NodeList lines = page.getElementsByTagName("polyline");
        for (int i = 0; i < lines.getLength(); i++)
        {
            for (final String point : ((Element)lines.item(i)).getAttribute("points").split(" "))
            {
                final String[] xy = point.split(",");
                final double x = Double.parseDouble(xy[0]);
                final double y = Double.parseDouble(xy[1]);
                assertTrue(x >= 0 && x <= 440 && y >= 0 && y <= 290, point);
            }
        }
        assertTrue(texts(page, "caption").size() >= captions.size() - 1);
        assertTrue(texts(page, "th").stream().anyMatch("p99.99"::equals));
    }

    @Test
    void shouldDescribeTheMachineOnceAndTheConditions() throws Exception
    {
        final Document page = parse(page());
        assertEquals(1, texts(page, "caption").stream().filter("Machine"::equals).count());
        assertTrue(texts(page, "tr").contains("seed7"), () -> texts(page, "tr").toString());
    }

    @Test
    void shouldDrawAPageOfFailedRunsAlone() throws Exception
    {
        final List<SavedRun> failed = List.of(SavedRun.read(SampleRuns.failed(temp.resolve("failed"))));
        assertTrue(texts(parse(HtmlReport.of(failed)), "p").contains(
            "No run that passed has a comparison with a bar."));
    }

    @Test
    void shouldEscapeEveryTextAndCloseEveryElement()
    {
        assertEquals(
            "<!DOCTYPE html>\n<p a=\"&quot;&lt;\">&amp;&gt;\uFFFD</p>\n",
            new Html().element("p", "&>\u001B", "a", "\"<").toString());
        final Html open = new Html().open("p");
        assertThrows(IllegalStateException.class, open::toString);
        final Html html = new Html();
        final Table table = Table.begin(html, "caption", List.of("a", "b"));
        assertThrows(IllegalArgumentException.class, () -> table.row("1"));
    }

    private String page()
    {
        if (!temp.resolve("passed").toFile().exists())
        {
            SampleRuns.passed(temp.resolve("passed"), 7, 10);
            SampleRuns.failed(temp.resolve("failed"));
        }
        return HtmlReport.of(SavedRun.readAll(List.of(temp.resolve("passed"), temp.resolve("failed"))));
    }

    private static Document parse(final String page) throws Exception
    {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }

    private static List<String> texts(final Document page, final String tag)
    {
        final List<String> texts = new ArrayList<>();
        final NodeList nodes = page.getElementsByTagName(tag);
        for (int i = 0; i < nodes.getLength(); i++)
        {
            texts.add(nodes.item(i).getTextContent().replace("\n", tag.equals("style") ? "\n" : ""));
        }
        return texts;
    }
}

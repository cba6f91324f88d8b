package io.tailrace.perf.page;

import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;

import io.tailrace.perf.profile.Profile;
import io.tailrace.perf.profile.ProfilerEvent;
import io.tailrace.perf.profile.ProfilerSettings;
import io.tailrace.perf.profile.SampleRecording;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProfilePageTest
{
    @TempDir
    private static Path temp;
    private static Document page;
    private static String html;

    @BeforeAll
    static void draw() throws Exception
    {
        final Path recording = SampleRecording.write(temp.resolve("samples.jfr"));
        final Profile profile = Profile.read(
            ProfilerSettings.parse(ProfilerEvent.CPU, "1ms", "512k"),
            recording,
            recording,
            Duration.ZERO,
            role -> true);
        html = ProfilePage.of(
            profile, "windows --rounds 5", Map.of("CPU time", "cpu.html"), Map.of("recording.jfr", "flight recording"));
        page = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    }

    @Test
    void shouldSayWhatRanAndThatItIsNoMeasurement()
    {
        assertTrue(texts("p").contains("windows --rounds 5"));
        assertTrue(texts("p").stream().anyMatch(text -> text.contains("no figure of this run is a measurement")));
        assertTrue(texts("p").stream().anyMatch(text -> text.startsWith("perf_events are not permitted here")));
    }

    @Test
    void shouldHoldThreadsWithWhatTheyDoAndAllocate()
    {
        final List<String> rows = texts("tr");
        assertTrue(rows.contains(SampleRecording.SAMPLED + "42100.0 %0.04 s"), rows::toString);
        assertTrue(rows.stream().anyMatch(row -> row.endsWith("SampleRecording.sample42100.0 %")), rows::toString);
        assertTrue(rows.stream().anyMatch(row -> row.startsWith(SampleRecording.ALLOCATING)), rows::toString);
        assertTrue(texts("h3").contains(SampleRecording.ALLOCATING), "escaped");
        assertTrue(rows.stream().anyMatch(row -> row.startsWith("long[]") && row.contains("SampleRecording.allocate")));
    }

    @Test
    void shouldReferToItsOwnFilesAlone()
    {
        final NodeList frames = page.getElementsByTagName("iframe");
        assertEquals(1, frames.getLength());
        assertEquals("cpu.html", ((Element)frames.item(0)).getAttribute("src"));
        assertEquals("cpu.html", ((Element)page.getElementsByTagName("a").item(0)).getAttribute("href"));
        for (final String word : List.of("http:", "https:", "//", "url(", "@import", "<script", "<link"))
        {
            assertFalse(html.contains(word), word);
        }
    }

    private static List<String> texts(final String tag)
    {
        final NodeList nodes = page.getElementsByTagName(tag);
        final List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++)
        {
            texts.add(nodes.item(i).getTextContent().replace("\n", ""));
        }
        return texts;
    }
}

package io.tailrace.perf.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import one.convert.Arguments;
import one.convert.FlameGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StacksTest
{
    @TempDir
    private Path temp;

    @Test
    void shouldSumUpEqualStacksAndReadWhatItWrote() throws IOException
    {
        final Stacks stacks = new Stacks()
            .add(List.of("[journal,window,egress]", "io/tailrace/A.run_[j]", "B::c(int, long)"), 2)
            .add(List.of("publisher", "io/tailrace/A.run_[j]"), 1)
            .add(List.of("[journal,window,egress]", "io/tailrace/A.run_[j]", "B::c(int, long)"), 3);
        final Path file = temp.resolve("x.collapsed");
        stacks.write(file);
        assertEquals(
            List.of(
                "[journal,window,egress];io/tailrace/A.run_[j];B::c(int, long) 5",
                "publisher;io/tailrace/A.run_[j] 1"),
            Files.readAllLines(file));
        final Stacks read = Stacks.read(file);
        assertEquals(6, read.total());
        assertEquals(listed(stacks), listed(read));
    }

    @Test
    void shouldKeepFramesApartWhoseNamesHoldTheSeparator()
    {
        final List<List<String>> frames = new ArrayList<>();
        new Stacks().add(List.of("a;b", "c\nd"), 1).forEach((stack, value) -> frames.add(stack));
        assertEquals(List.of(List.of("a,b", "c d")), frames);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a;b", "a;b ", "a;b x", "a;b -1", " 1", "", "a 99999999999999999999"})
    void shouldRefuseALineWithoutItsCount(final String line) throws IOException
    {
        final Path file = temp.resolve("x.collapsed");
        Files.writeString(file, "a;b 1\n" + line + "\n");
        final String message =
            assertThrows(IllegalArgumentException.class, () -> Stacks.read(file)).getMessage();
        assertTrue(message.startsWith(file + ":2: no count, "), message);
    }

    @Test
    void shouldNameFramesAsPeopleDo()
    {
        assertEquals("io.tailrace.A.run", Stacks.plain("io/tailrace/A.run_[j]"));
        assertEquals("io.tailrace.A.run", Stacks.plain("io/tailrace/A.run_[0]"));
        assertEquals("do_futex", Stacks.plain("do_futex_[k]"));
        assertEquals("byte[]", Stacks.plain("byte[]_[i]"));
        assertEquals("a[]", Stacks.plain("a[]"));
        assertEquals("x", Stacks.plain("x"));
    }

    @Test
    void shouldDrawWhatThereIsAsAFlameGraph() throws IOException
    {
        final Path collapsed = temp.resolve("x.collapsed");
        final Path html = temp.resolve("x.html");
        final Stacks stacks = new Stacks()
            .add(List.of("journal", "io/tailrace/A.run_[j]", "io/tailrace/A.call_[i]"), 2)
            .add(List.of("journal", "io/tailrace/A.run_[j]"), 1)
            .add(List.of("publisher", "write_[k]"), 4);
        stacks.write(collapsed);
        FlameGraphFile.write("Of a test", collapsed, html);
        final String page = Files.readString(html);
        assertTrue(page.contains("Of a test"));
        assertFalse(page.contains("src="), "refers to nothing that it would have to load");
        final Path back = temp.resolve("back.collapsed");
        FlameGraph.convert(html.toString(), back.toString(), new Arguments("--output", "collapsed"));
        assertEquals(listed(stacks), listed(Stacks.read(back)));
    }

    private static List<String> listed(final Stacks stacks)
    {
        final List<String> lines = new ArrayList<>();
        stacks.forEach((frames, value) -> lines.add(frames + " " + value));
        return lines;
    }
}

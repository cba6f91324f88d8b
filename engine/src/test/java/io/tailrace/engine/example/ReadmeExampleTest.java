package io.tailrace.engine.example;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The examples of the README are not prose: the Java one compiles and runs, the Python one is the file that another
 * test runs.
 */
class ReadmeExampleTest
{
    private static final Path README = Path.of("../README.md");

    @TempDir
    Path dir;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void shouldCompileAndRunTheEmbeddedExample() throws Exception
    {
        final Path source = dir.resolve("Example.java");
        Files.writeString(source, block("java"));
        final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        final int compiled = ToolProvider.getSystemJavaCompiler().run(
            null, errors, errors,
            "-d", dir.toString(),
            "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            source.toString());
        assertEquals(0, compiled, errors::toString);

        final PrintStream standardOut = System.out;
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (URLClassLoader loader = new URLClassLoader(new URL[]{dir.toUri().toURL()}))
        {
            loader.loadClass("Example").getMethod("main", String[].class)
                .invoke(null, (Object)new String[]{dir.resolve("data").toString()});
        }
        finally
        {
            System.setOut(standardOut);
        }
        final String[] lines = printed.toString(StandardCharsets.UTF_8).split("\n");
        assertTrue(lines.length >= 20, () -> "only " + lines.length + " results");
        assertTrue(lines[0].matches("0: device 0, \\d+ readings, sum -?[\\d.]+"), lines[0]);
    }

    @Test
    void shouldQuoteThePythonSenderThatIsTested() throws IOException
    {
        assertEquals(Files.readString(Path.of("../codec/docs/examples/send_reading.py")), block("python"));
    }

    private static String block(final String language) throws IOException
    {
        final Matcher matcher = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(README));
        assertTrue(matcher.find(), "no " + language + " block in the README");
        return matcher.group(1);
    }
}

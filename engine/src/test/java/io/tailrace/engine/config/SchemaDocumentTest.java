package io.tailrace.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** The committed page is the one that the table of keys gives. */
class SchemaDocumentTest
{
    private static final String REGENERATE = "tailrace.docs.regenerate";

    @Test
    void shouldBeTheCommittedPage() throws IOException
    {
        final Path page = Path.of("docs", "configuration.md");
        if (Boolean.getBoolean(REGENERATE))
        {
            Files.writeString(page, SchemaDocument.markdown());
        }

        assertEquals(
            SchemaDocument.markdown(),
            Files.exists(page) ? Files.readString(page) : "",
            page.toAbsolutePath() + " is not what the table of keys says. Regenerate it: mvn -pl engine -am test " +
            "-Dtest=SchemaDocumentTest -Dsurefire.failIfNoSpecifiedTests=false -D" + REGENERATE + "=true");
    }
}

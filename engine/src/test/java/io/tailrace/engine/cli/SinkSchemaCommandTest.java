package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SinkSchemaCommandTest
{
    @TempDir
    private Path dir;

    @Test
    void shouldPrintWhatCreatesTheTables() throws IOException, SQLException
    {
        final CommandLineFixture printed = CommandLineFixture.execute("sink-schema", config("batch: 5"));
        assertEquals("", printed.err());
        assertEquals(0, printed.exitCode());
        assertTrue(printed.out().startsWith("create table if not exists tailrace_sink ("), printed.out());
        assertFalse(Files.exists(dir.resolve("db.mv.db")));
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:printed"))
        {
            connection.createStatement().execute(printed.out());
            assertEquals(4, tables(connection));
        }
    }

    @Test
    void shouldCreateTheTablesThatAreNotThere() throws IOException, SQLException
    {
        for (int time = 0; time < 2; time++)
        {
            final CommandLineFixture applied = CommandLineFixture.execute("sink-schema", config("batch: 5"), "--apply");
            assertEquals("", applied.err());
            assertEquals("db: the tables are there, " + url() + System.lineSeparator(), applied.out());
            assertEquals(0, applied.exitCode());
            try (Connection connection = DriverManager.getConnection(url()))
            {
                assertEquals(4, tables(connection));
            }
        }
    }

    @Test
    void shouldFailInOneLineIfTheDatabaseRefuses() throws IOException
    {
        Files.writeString(dir.resolve("db.mv.db"), "not a database".repeat(1000));
        final CommandLineFixture refused = CommandLineFixture.execute("sink-schema", config("batch: 5"), "--apply");
        assertEquals(1, refused.err().lines().count(), refused.err());
        assertEquals(1, refused.exitCode());
    }

    @Test
    void shouldRefuseAConfigurationWithoutAJdbcSink() throws IOException
    {
        final Path file = Files.writeString(dir.resolve("c.yaml"), "sinks:\n  - {name: a, file: {dir: out}}\n");
        final CommandLineFixture refused = CommandLineFixture.execute("sink-schema", file.toString());
        assertEquals(file + ":2:3: sinks: found a section, expected a sink with jdbc" + System.lineSeparator(),
            refused.err());
        assertEquals(2, refused.exitCode());
    }

    @Test
    void shouldNotRunWithoutThePassword() throws IOException
    {
        final String file = config("password-env: TAILRACE_TEST_UNSET");
        final CommandLineFixture refused = CommandLineFixture.execute("run", file);
        assertTrue(refused.err().startsWith(file + ":3:"), refused.err());
        assertTrue(refused.err().endsWith("sinks[0].jdbc.password-env: found TAILRACE_TEST_UNSET, expected the name " +
            "of an environment variable that is set" + System.lineSeparator()), refused.err());
        assertEquals(2, refused.exitCode());
        assertFalse(Files.exists(dir.resolve("data")));
    }

    private String config(final String more) throws IOException
    {
        return Files.writeString(dir.resolve("c.yaml"), "data-dir: \"" + dir.resolve("data") + "\"\nsinks:\n" +
            "  - {name: db, jdbc: {url: \"" + url() + "\", " + more + "}}\n").toString();
    }

    private String url()
    {
        return "jdbc:h2:" + dir.resolve("db");
    }

    private static int tables(final Connection connection) throws SQLException
    {
        try (ResultSet found = connection.createStatement().executeQuery(
            "select count(*) from information_schema.tables where table_name like 'TAILRACE_%'"))
        {
            assertTrue(found.next());
            return found.getInt(1);
        }
    }
}

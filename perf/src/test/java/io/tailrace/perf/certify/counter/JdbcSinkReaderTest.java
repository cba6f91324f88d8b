package io.tailrace.perf.certify.counter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Faults planted in the tables of a JDBC sink; these have no primary key, which would refuse one of them. */
class JdbcSinkReaderTest
{
    private static final String URL = "jdbc:h2:mem:certify";

    @TempDir
    private Path dir;

    private RecordedRun run;
    private Connection connection;

    @BeforeEach
    void fill() throws SQLException
    {
        run = new RecordedRun(dir);
        run.properties.setProperty("sink.0.name", "db");
        run.properties.setProperty("sink.0.type", "jdbc");
        run.properties.setProperty("sink.0.url", URL);
        run.properties.setProperty("sink.0.user", "");
        run.properties.setProperty("sink.0.password-env", "");
        connection = DriverManager.getConnection(URL);
        execute("create table tailrace_window (epoch bigint, sequence bigint, event_count bigint, " +
            "value_sum double precision, value_min double precision, value_max double precision, " +
            "value_first double precision, value_last double precision, revision bigint, cause_position bigint)");
        execute("create table tailrace_judged (epoch bigint, sequence bigint, kind varchar(16), " +
            "reading double precision, cause_position bigint)");
        for (final byte[] result : run.results)
        {
            insert(SinkRow.of(RecordedRun.buffer(result)));
        }
    }

    @AfterEach
    void close() throws SQLException
    {
        connection.close();
    }

    @Test
    void shouldFindNothingWhereNothingIsPlanted() throws IOException
    {
        final String found = run.count();

        assertTrue(found.startsWith("exit=0\n"), found);
        assertTrue(found.contains("number.sink.db=" + run.results.size() + "\n"), found);
    }

    @Test
    void shouldFindARowThatIsMissing() throws IOException, SQLException
    {
        execute("delete from tailrace_window where sequence = " + firstWindow());

        final String found = run.count();

        assertTrue(found.contains("fault=lost: sink db: result " + firstWindow() + " is missing"), found);
        assertTrue(found.contains("number.lost=1\n") && found.contains("number.duplicated=0\nnumber.wrong=0"), found);
    }

    @Test
    void shouldFindARowThatWasDoubled() throws IOException, SQLException
    {
        execute("insert into tailrace_window select * from tailrace_window where sequence = " + firstWindow());

        final String found = run.count();

        assertTrue(found.contains("fault=duplicated: sink db: result " + firstWindow()), found);
        assertTrue(found.contains("number.lost=0\nnumber.duplicated=1\nnumber.wrong=0"), found);
    }

    @Test
    void shouldFindARowThatWasChanged() throws IOException, SQLException
    {
        execute("update tailrace_window set value_max = value_max + 1 where sequence = " + firstWindow());

        final String found = run.count();

        assertTrue(found.contains("fault=wrong: sink db: result " + firstWindow()), found);
        assertTrue(found.contains("number.lost=0\nnumber.duplicated=0\nnumber.wrong=1"), found);
    }

    @Test
    void shouldFailWhereThereAreNoTables() throws IOException, SQLException
    {
        execute("drop table tailrace_window");

        assertTrue(run.count().startsWith("exit=1\n"));
    }

    private long firstWindow()
    {
        for (final byte[] result : run.results)
        {
            final ByteBuffer buffer = RecordedRun.buffer(result);
            if (buffer.getShort(MessageOffsets.TEMPLATE_ID) == MessageOffsets.WINDOW)
            {
                return buffer.getLong(MessageOffsets.RESULT_SEQUENCE);
            }
        }
        throw new AssertionError();
    }

    private void insert(final SinkRow row) throws SQLException
    {
        final boolean isWindow = "window".equals(row.kind());
        try (PreparedStatement insert = connection.prepareStatement(isWindow ?
            "insert into tailrace_window (epoch, sequence, cause_position, event_count, value_sum, value_min, " +
            "value_max, value_first, value_last, revision) values (0, ?, ?, ?, ?, ?, ?, ?, ?, ?)" :
            "insert into tailrace_judged (epoch, sequence, cause_position, kind, reading) values (0, ?, ?, ?, ?)"))
        {
            insert.setLong(1, row.sequence());
            insert.setLong(2, row.causePosition());
            if (isWindow)
            {
                insert.setLong(3, row.count());
                insert.setDouble(4, row.sum());
                insert.setDouble(5, row.min());
                insert.setDouble(6, row.max());
                insert.setDouble(7, row.first());
                insert.setDouble(8, row.last());
                insert.setLong(9, row.revision());
            }
            else
            {
                insert.setString(3, row.kind());
                insert.setDouble(4, row.sum());
            }
            insert.executeUpdate();
        }
    }

    private void execute(final String sql) throws SQLException
    {
        try (Statement statement = connection.createStatement())
        {
            statement.execute(sql);
        }
    }
}

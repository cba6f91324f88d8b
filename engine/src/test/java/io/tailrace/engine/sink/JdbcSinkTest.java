package io.tailrace.engine.sink;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.JdbcSinkConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Rows and progress in a database of this process, also when connections die around a commit. */
class JdbcSinkTest
{
    private static final String URL = "jdbc:h2:mem:sink";
    private static final SinkPosition BEGIN = new SinkPosition(0, 0);
    private static final long LINGER_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final JdbcSinkConfig config = new JdbcSinkConfig(URL, null, null, 4, LINGER_NS);
    private final SinkDatabase database = new SinkDatabase("db", config, name -> null);
    private Connection keeper;

    @BeforeEach
    void open() throws SQLException
    {
        // The database lives as long as it has a connection.
        keeper = DriverManager.getConnection(URL);
        database.createTables();
    }

    @AfterEach
    void close() throws SQLException
    {
        keeper.close();
    }

    /** H2 does not keep the sign of a zero. */
    @Test
    void shouldWriteARowForEachResult() throws Exception
    {
        try (JdbcSink sink = sink(database))
        {
            assertEquals(BEGIN, sink.open(BEGIN));
            TestResults.add(sink, 0, 0, 6);
            sink.finish();
            assertEquals(new SinkPosition(0, 6), sink.written());
        }
        assertEquals(
            List.of("0,second,null,null,1700000000000000001,1700000000000001001,3,0.0,-1.0,1.0E300,0.1,0.0,0.0," +
                Math.sqrt(2.0 / 3) + ",0,ON_TIME,0",
                "2,second,null,0,1700000000000000003,1700000000000001003,3,Infinity,-1.0,1.0E300,0.1,0.0,Infinity," +
                Math.sqrt(2.0 / 3) + ",2,RETRACTED,128"),
            query("select sequence, operator, device_id, metric, window_start_ns, window_end_ns, event_count, " +
                "value_sum, value_min, value_max, value_first, value_last, value_mean, value_stddev, revision, " +
                "timing, cause_position from tailrace_window order by 1"));
        assertEquals(new BigDecimal(Long.toUnsignedString(TestResults.DEVICE_ID)), one(
            "select device_id from tailrace_judged where kind = 'late'"));
        assertEquals(List.of(
            "1,late,second,temperature,18446744073709551615,1700000000000000001,1.5,null,1700000000000000008,64",
            "3,rejected,null,7,2,null,NaN,time-range,null,192",
            "4,duplicate,null,temperature,2,1700000000000000001,4.0,null,null,256"), query(
            "select sequence, kind, operator, metric, event_id, event_time_ns, reading, reason, watermark_ns, " +
            "cause_position from tailrace_judged order by 1"));
        assertEquals(List.of("5,hot,1,temperature,2,1700000000000000001,81.5,80.0,raised,critical,320"), query(
            "select sequence, operator, device_id, metric, event_id, event_time_ns, reading, threshold, state, " +
            "severity, cause_position from tailrace_alert"));
        assertEquals(List.of("db,0,6"), query("select name, epoch, next_sequence from tailrace_sink"));
    }

    @Test
    void shouldCommitByCountAndByTime() throws Exception
    {
        try (JdbcSink sink = sink(database))
        {
            sink.open(BEGIN);
            TestResults.add(sink, 0, 0, 3);
            assertEquals(0, rows());
            TestResults.add(sink, 0, 3, 5);
            assertEquals(4, rows());
            assertEquals(new SinkPosition(0, 4), sink.written());
            sink.flush(1000);
            sink.flush(1000 + LINGER_NS - 1);
            assertEquals(4, rows());
            sink.flush(1000 + LINGER_NS);
            assertEquals(5, rows());
            assertEquals(List.of("db,0,5"), query("select name, epoch, next_sequence from tailrace_sink"));
        }
    }

    @Test
    void shouldRecordProgressWhenNothingIsWanted() throws Exception
    {
        try (JdbcSink sink = sink(database))
        {
            sink.open(new SinkPosition(3, 7));
            assertEquals(List.of("db,3,7"), query("select name, epoch, next_sequence from tailrace_sink"));
            sink.pass(3, 7);
            sink.flush(0);
            sink.flush(JdbcSink.PROGRESS_NS - 1);
            assertEquals(List.of("db,3,7"), query("select name, epoch, next_sequence from tailrace_sink"));
            sink.pass(4, 0);
            sink.flush(JdbcSink.PROGRESS_NS);
            assertEquals(List.of("db,4,1"), query("select name, epoch, next_sequence from tailrace_sink"));
        }
        try (JdbcSink sink = sink(database))
        {
            assertEquals(new SinkPosition(4, 1), sink.open(BEGIN));
        }
    }

    @Test
    void shouldLeaveNothingOfWhatWasNotCommitted() throws Exception
    {
        try (JdbcSink sink = sink(database))
        {
            sink.open(BEGIN);
            TestResults.add(sink, 0, 0, 3);
        }
        assertEquals(0, rows());
        try (JdbcSink sink = sink(database))
        {
            assertEquals(BEGIN, sink.open(BEGIN));
        }
    }

    /** Dies at the n-th call of each kind that a session makes; each result is there once in the end. */
    @ParameterizedTest
    @CsvSource({"commit, false", "commit, true", "executeBatch, false", "executeBatch, true", "executeUpdate, false",
        "executeUpdate, true", "prepareStatement, false", "addBatch, false", "addBatch, true", "setAutoCommit, false"})
    void shouldHaveEachResultOnceWhereverAConnectionDies(final String call, final boolean isAfter) throws Exception
    {
        for (int nth = 1; nth <= 9; nth += 2)
        {
            clear();
            final DyingConnections dying = new DyingConnections(call, isAfter, nth);
            long next = 0;
            int deaths = 0;
            while (next < 22)
            {
                try (JdbcSink sink = sink(dying))
                {
                    final SinkPosition from = sink.open(BEGIN);
                    TestResults.add(sink, 0, from.sequence(), 22);
                    sink.finish();
                    next = sink.written().sequence();
                }
                catch (final SQLException ex)
                {
                    assertEquals("08006", ex.getSQLState());
                    deaths++;
                }
            }
            assertTrue(deaths <= 1, () -> call + " died more than once");
            assertEquals(22, rows(), call + " " + nth);
            assertEquals(22, ((Number)one("select count(distinct sequence) from (" +
                "select sequence from tailrace_window union all " +
                "select sequence from tailrace_judged union all select sequence from tailrace_alert) a"))
                .intValue());
            assertEquals(List.of("db,0,22"), query("select name, epoch, next_sequence from tailrace_sink"));
        }
    }

    @Test
    void shouldYieldToATransactionThatCameBetween() throws Exception
    {
        try (JdbcSink late = sink(database); JdbcSink early = sink(database))
        {
            late.open(BEGIN);
            early.open(BEGIN);
            TestResults.add(late, 0, 0, 3);
            TestResults.add(early, 0, 0, 2);
            early.finish();
            final SQLException ex = assertThrows(SQLException.class, late::finish);
            assertEquals("somebody else has moved the progress of sink db from result 0 of epoch 0", ex.getMessage());
        }
        assertEquals(2, rows());
    }

    /** The row of progress comes between the look for it and its insertion. */
    @Test
    void shouldTryAgainIfAnotherHasBegunTheProgress() throws Exception
    {
        final ConnectionSource overtaken = () ->
        {
            final Connection real = database.open();
            return (Connection)Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[]{Connection.class}, (proxy, method, arguments) ->
                {
                    if (method.getName().equals("prepareStatement") && arguments[0].equals(SinkTables.INSERT_PROGRESS))
                    {
                        try (JdbcSink first = sink(database))
                        {
                            first.open(BEGIN);
                        }
                    }
                    return method.invoke(real, arguments);
                });
        };
        try (JdbcSink late = sink(overtaken))
        {
            final SQLException ex = assertThrows(SQLException.class, () -> late.open(BEGIN));
            assertEquals("somebody else has begun the progress of sink db", ex.getMessage());
        }
        try (JdbcSink again = sink(overtaken))
        {
            assertEquals(BEGIN, again.open(BEGIN));
        }
    }

    @Test
    void shouldRefuseTheResultsOfAnotherDataDirectory() throws Exception
    {
        try (JdbcSink sink = sink(database))
        {
            sink.open(BEGIN);
        }
        try (JdbcSink other = new JdbcSink("db", "two", config, database, TestResults.cells()))
        {
            final SinkException ex = assertThrows(SinkException.class, () -> other.open(BEGIN));
            assertTrue(ex.getMessage().startsWith(
                "sink db in this database has results of data directory one, but this one is two; "), ex.getMessage());
        }
        // Nor does it write what it has begun, if another one takes its place.
        try (JdbcSink sink = sink(database))
        {
            sink.open(BEGIN);
            try (Statement statement = keeper.createStatement())
            {
                statement.executeUpdate("update tailrace_sink set data_directory = 'two'");
            }
            TestResults.add(sink, 0, 0, 2);
            assertThrows(SQLException.class, sink::finish);
        }
        assertEquals(0, rows());
    }

    @Test
    void shouldFailForGoodIfARowIsThereAlready() throws Exception
    {
        try (JdbcSink sink = sink(database))
        {
            sink.open(BEGIN);
            TestResults.add(sink, 0, 0, 2);
            sink.finish();
        }
        try (Statement statement = keeper.createStatement())
        {
            statement.executeUpdate("update tailrace_sink set next_sequence = 1");
        }
        try (JdbcSink sink = sink(database))
        {
            assertEquals(new SinkPosition(0, 1), sink.open(BEGIN));
            TestResults.add(sink, 0, 1, 2);
            final SinkException ex = assertThrows(SinkException.class, sink::finish);
            assertTrue(ex.getMessage().startsWith("the database refuses a row: "), ex.getMessage());
        }
        assertEquals(2, rows());
    }

    @Test
    void shouldSayHowMissingTablesAreMade() throws Exception
    {
        try (Statement statement = keeper.createStatement())
        {
            statement.execute("drop table tailrace_sink");
        }
        try (JdbcSink sink = sink(database))
        {
            final SQLException ex = assertThrows(SQLException.class, () -> sink.open(BEGIN));
            assertTrue(ex.getMessage().endsWith("(sink-schema CONFIG --apply creates the tables)"), ex.getMessage());
        }
        database.createTables();
        try (JdbcSink sink = sink(database))
        {
            assertEquals(BEGIN, sink.open(BEGIN));
        }
    }

    @Test
    void shouldAskForThePasswordByTheNameOfItsVariable() throws Exception
    {
        final JdbcSinkConfig secured = new JdbcSinkConfig("jdbc:h2:mem:secured", "u", "SECRET", 4, 0);
        try (Connection first = new SinkDatabase("a", secured, name -> name.equals("SECRET") ? "pw" : null).open())
        {
            assertTrue(first.isValid(1));
            final SinkDatabase wrong = new SinkDatabase("a", secured, name -> "no");
            assertThrows(SQLException.class, wrong::open);
            final SinkDatabase unset = new SinkDatabase("a", secured, name -> null);
            assertEquals("password-env=SECRET, expected an environment variable that is set",
                assertThrows(SinkException.class, unset::open).getMessage());
        }
    }

    private JdbcSink sink(final ConnectionSource connections)
    {
        return new JdbcSink("db", "one", config, connections, TestResults.cells());
    }

    private void clear() throws SQLException
    {
        try (Statement statement = keeper.createStatement())
        {
            for (final String table : List.of("sink", "window", "judged", "alert"))
            {
                statement.executeUpdate("delete from tailrace_" + table);
            }
        }
    }

    private int rows() throws SQLException
    {
        return ((Number)one("select (select count(*) from tailrace_window) + " +
            "(select count(*) from tailrace_judged) + (select count(*) from tailrace_alert)")).intValue();
    }

    private Object one(final String sql) throws SQLException
    {
        try (Statement statement = keeper.createStatement(); ResultSet found = statement.executeQuery(sql))
        {
            assertTrue(found.next());
            return found.getObject(1);
        }
    }

    private List<String> query(final String sql) throws SQLException
    {
        final List<String> rows = new ArrayList<>();
        try (Statement statement = keeper.createStatement(); ResultSet found = statement.executeQuery(sql))
        {
            while (found.next())
            {
                final List<String> cells = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++)
                {
                    cells.add(String.valueOf(found.getObject(i)));
                }
                rows.add(String.join(",", cells));
            }
        }
        return rows;
    }

    /** Connections of which one dies at a call, before the server has heard of it or after it has done it. */
    private final class DyingConnections implements ConnectionSource
    {
        private final String call;
        private final boolean isAfter;
        private int left;

        DyingConnections(final String call, final boolean isAfter, final int nth)
        {
            this.call = call;
            this.isAfter = isAfter;
            left = nth;
        }

        @Override
        public Connection open() throws SQLException
        {
            final Connection real = database.open();
            return proxy(Connection.class, real, real);
        }

        private <T> T proxy(final Class<T> type, final Object target, final Connection real)
        {
            return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[]{type}, (proxy, method, arguments) ->
                {
                    final boolean isLast = method.getName().equals(call) && --left == 0;
                    if (isLast && !isAfter)
                    {
                        real.close();
                        throw new SQLException("connection reset", "08006");
                    }
                    try
                    {
                        final Object result = method.invoke(target, arguments);
                        if (isLast)
                        {
                            real.close();
                            throw new SQLException("connection reset", "08006");
                        }
                        return method.getReturnType().equals(java.sql.PreparedStatement.class) ?
                            proxy(java.sql.PreparedStatement.class, result, real) : result;
                    }
                    catch (final InvocationTargetException ex)
                    {
                        throw ex.getCause();
                    }
                }));
        }
    }
}

package io.tailrace.engine.config;

import java.util.regex.Pattern;

/** The part of the table of keys that describes sinks. */
final class SinkSchema
{
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int MAX_BATCH = 100_000;
    /** A driver that talks to a server of H2 cannot be broken off when it hangs. */
    private static final Pattern URL = Pattern.compile(
        "jdbc:(postgresql:|h2:(?!(?i:tcp:|ssl:|.*AUTO_SERVER=TRUE)))[!-~]{1,1000}");
    private static final Pattern PASSWORD = Pattern.compile("(?i)passw(or)?d\\s*=|//[^/?;]*:[^/?;]*@");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private SinkSchema()
    {
    }

    /** Whether a URL tells a password. */
    static boolean hasPassword(final String url)
    {
        return PASSWORD.matcher(url).find();
    }

    static Section<SinkConfig.Builder, SinkConfig> sinks()
    {
        final Section<SinkConfig.Builder, SinkConfig> section = new Section<>(SinkConfig.Builder::build);
        section.key("name", ValueTypes.TEXT, SinkConfig.Builder::name, SinkConfig::name)
            .range(OperatorSchema::isName, OperatorSchema.NAME)
            .byDefault("required")
            .means("Unique among the sinks, also without regard to case. What a sink has written is found again by " +
                "its name: a sink of another name begins with the oldest result.");
        section.key("results", ValueTypes.SINK_RESULTS, SinkConfig.Builder::results, SinkConfig::results)
            .range((results) -> !results.isEmpty(), ValueTypes.SINK_RESULTS.expected())
            .means("Which results are written; the others are passed over.");
        section.optional("file", file(), FileSinkConfig::builder, SinkConfig.Builder::file, SinkConfig::file)
            .when((sink) -> sink.file() != null, "the sink has no jdbc")
            .means("Files in a directory. A sink has one of `file` and `jdbc`.");
        section.optional("jdbc", jdbc(), JdbcSinkConfig::builder, SinkConfig.Builder::jdbc, SinkConfig::jdbc)
            .when((sink) -> sink.jdbc() != null, "the sink has no file")
            .means("Tables of a database, made by `sink-schema`.");
        return section;
    }

    private static Section<FileSinkConfig.Builder, FileSinkConfig> file()
    {
        final Section<FileSinkConfig.Builder, FileSinkConfig> section = new Section<>(FileSinkConfig.Builder::build);
        section.key("dir", ValueTypes.PATH, FileSinkConfig.Builder::dir, FileSinkConfig::dir)
            .range((dir) -> dir != null && !dir.toString().isEmpty(), ValueTypes.PATH.expected())
            .byDefault("required")
            .means("Directory of the files, created if it is not there; relative to the working directory.");
        section.key("format", ValueTypes.constants(SinkFormat.class),
            FileSinkConfig.Builder::format, FileSinkConfig::format)
            .means("What a line is: comma-separated values, or a JSON object.");
        section.key("rotate-size", ValueTypes.SIZE, FileSinkConfig.Builder::rotateSize, FileSinkConfig::rotateSize)
            .range((length) -> length >= 1000 && length <= 1L << 40, "a size from 1KB to 1TiB")
            .means("A file that has grown so long is finished and the next one begun.");
        section.key("rotate-age", ValueTypes.DURATION_OR_NONE,
            FileSinkConfig.Builder::rotateAgeNs, FileSinkConfig::rotateAgeNs)
            .range((age) -> age >= SECOND_NS, "a duration >= 1s or none")
            .means("A file whose first line is so old is finished.");
        return section;
    }

    private static Section<JdbcSinkConfig.Builder, JdbcSinkConfig> jdbc()
    {
        final Section<JdbcSinkConfig.Builder, JdbcSinkConfig> section = new Section<>(JdbcSinkConfig.Builder::build);
        section.key("url", ValueTypes.TEXT, JdbcSinkConfig.Builder::url, JdbcSinkConfig::url)
            .range((url) -> url != null && URL.matcher(url).matches(),
                "a URL jdbc:postgresql:... or jdbc:h2:..., but no server of H2")
            .byDefault("required")
            .means("The database, without a password: `jdbc:postgresql://HOST:PORT/NAME`, or `jdbc:h2:./FILE` for " +
                "one in this process; not one of a server of H2, since its driver cannot be broken off.");
        section.key("user", ValueTypes.TEXT.or("none", null), JdbcSinkConfig.Builder::user, JdbcSinkConfig::user)
            .means("Whom to log in as; `none` leaves it to the driver.");
        section.key("password-env", ValueTypes.TEXT.or("none", null),
            JdbcSinkConfig.Builder::passwordEnv, JdbcSinkConfig::passwordEnv)
            .range((name) -> name == null || VARIABLE.matcher(name).matches(), "the name of an environment variable")
            .means("Name of the environment variable that holds the password; `none`: there is none.");
        section.key("batch", ValueTypes.INTEGER, JdbcSinkConfig.Builder::batch, JdbcSinkConfig::batch)
            .range((rows) -> rows >= 1 && rows <= MAX_BATCH, "a whole number from 1 to 100000")
            .means("Rows of a transaction at most.");
        section.key("linger", ValueTypes.DURATION, JdbcSinkConfig.Builder::lingerNs, JdbcSinkConfig::lingerNs)
            .range((linger) -> linger >= 0 && linger <= 3600 * SECOND_NS, "a duration from 0s to 1h")
            .means("How long a row waits for others to share its transaction.");
        return section;
    }
}

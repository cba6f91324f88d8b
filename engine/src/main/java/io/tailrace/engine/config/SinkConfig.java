package io.tailrace.engine.config;

import java.nio.file.Path;
import java.util.Set;

/**
 * One copy of the results, kept elsewhere: an element of {@code sinks}.
 *
 * @param name    unique among the sinks; what the sink has written is found again by it.
 * @param results which results it takes, at least one kind.
 * @param file    into which files; null: it has {@code jdbc}.
 * @param jdbc    into which database; null: it has {@code file}.
 */
public record SinkConfig(String name, Set<SinkResults> results, FileSinkConfig file, JdbcSinkConfig jdbc)
{
    public SinkConfig
    {
        results = Set.copyOf(results);
    }

    /** @return a builder with every value at its default. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** @return a builder of a sink that writes files into a directory. */
    public static Builder file(final String name, final Path dir)
    {
        return builder().name(name).file(FileSinkConfig.builder().dir(dir).build());
    }

    /** @return a builder of a sink that writes rows into a database. */
    public static Builder jdbc(final String name, final String url)
    {
        return builder().name(name).jdbc(JdbcSinkConfig.builder().url(url).build());
    }

    /** @return a builder that holds the values of this record. */
    public Builder toBuilder()
    {
        return new Builder().name(name).results(results).file(file).jdbc(jdbc);
    }

    /** Collects the values of {@link SinkConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private String name;
        private Set<SinkResults> results = Set.of(SinkResults.values());
        private FileSinkConfig file;
        private JdbcSinkConfig jdbc;

        private Builder()
        {
        }

        public Builder name(final String name)
        {
            this.name = name;
            return this;
        }

        public Builder results(final Set<SinkResults> results)
        {
            this.results = results;
            return this;
        }

        public Builder file(final FileSinkConfig file)
        {
            this.file = file;
            return this;
        }

        public Builder jdbc(final JdbcSinkConfig jdbc)
        {
            this.jdbc = jdbc;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public SinkConfig build()
        {
            return new SinkConfig(name, results, file, jdbc);
        }
    }
}

package io.tailrace.engine.config;

import java.nio.file.Path;

/**
 * Files that a sink writes: {@code sinks[].file}.
 *
 * @param dir         directory of the files, created if it is not there.
 * @param format      of a line.
 * @param rotateSize  bytes after which a file is finished and the next one begun.
 * @param rotateAgeNs age after which a file is finished, ns; {@link Long#MAX_VALUE}: none.
 */
public record FileSinkConfig(Path dir, SinkFormat format, long rotateSize, long rotateAgeNs)
{
    /** @return a builder with every value at its default. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** Collects the values of {@link FileSinkConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private Path dir;
        private SinkFormat format = SinkFormat.CSV;
        private long rotateSize = 64_000_000;
        private long rotateAgeNs = 3_600_000_000_000L;

        private Builder()
        {
        }

        public Builder dir(final Path dir)
        {
            this.dir = dir;
            return this;
        }

        public Builder format(final SinkFormat format)
        {
            this.format = format;
            return this;
        }

        public Builder rotateSize(final long rotateSize)
        {
            this.rotateSize = rotateSize;
            return this;
        }

        public Builder rotateAgeNs(final long rotateAgeNs)
        {
            this.rotateAgeNs = rotateAgeNs;
            return this;
        }

        /** @return the record; whether its values are in range is judged by {@link EngineConfig}. */
        public FileSinkConfig build()
        {
            return new FileSinkConfig(dir, format, rotateSize, rotateAgeNs);
        }
    }
}

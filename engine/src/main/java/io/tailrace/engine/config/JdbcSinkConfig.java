package io.tailrace.engine.config;

/**
 * The database that a sink writes into: {@code sinks[].jdbc}.
 *
 * @param url         of PostgreSQL or H2, without a password.
 * @param user        null: as the driver has it.
 * @param passwordEnv name of the environment variable with the password; null: no password.
 * @param batch       rows of a transaction at most.
 * @param lingerNs    how long a row waits for others, ns.
 */
public record JdbcSinkConfig(String url, String user, String passwordEnv, int batch, long lingerNs)
{
    /** @return a builder with every value at its default. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** Collects the values of {@link JdbcSinkConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private String url;
        private String user;
        private String passwordEnv;
        private int batch = 500;
        private long lingerNs = 100_000_000;

        private Builder()
        {
        }

        public Builder url(final String url)
        {
            this.url = url;
            return this;
        }

        public Builder user(final String user)
        {
            this.user = user;
            return this;
        }

        public Builder passwordEnv(final String passwordEnv)
        {
            this.passwordEnv = passwordEnv;
            return this;
        }

        public Builder batch(final int batch)
        {
            this.batch = batch;
            return this;
        }

        public Builder lingerNs(final long lingerNs)
        {
            this.lingerNs = lingerNs;
            return this;
        }

        /** @return the record; whether its values are in range is judged by {@link EngineConfig}. */
        public JdbcSinkConfig build()
        {
            return new JdbcSinkConfig(url, user, passwordEnv, batch, lingerNs);
        }
    }
}

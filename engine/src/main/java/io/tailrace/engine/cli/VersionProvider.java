package io.tailrace.engine.cli;

import picocli.CommandLine;

/**
 * The version that the jar's manifest carries, and the JVM that runs it.
 */
final class VersionProvider implements CommandLine.IVersionProvider
{
    @Override
    public String[] getVersion()
    {
        return new String[]{"tailrace " + version() + ", Java " + Runtime.version()};
    }

    /** @return version of the engine; {@code development} if it does not run from a jar. */
    static String version()
    {
        final String version = VersionProvider.class.getPackage().getImplementationVersion();
        return null == version ? "development" : version;
    }
}

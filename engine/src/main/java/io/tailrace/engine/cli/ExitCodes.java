package io.tailrace.engine.cli;

import io.tailrace.archive.DataDirectoryLockedException;
import io.tailrace.engine.EngineRefusedException;
import io.tailrace.engine.advice.SampleException;
import io.tailrace.engine.config.ConfigurationException;
import picocli.CommandLine;

/**
 * What a command ends with.
 */
final class ExitCodes
{
    /** Done; events may have been rejected. */
    static final int DONE = 0;
    /** Failed, also a verification. */
    static final int FAILED = 1;
    /** The configuration, the arguments, or their application to this data directory are wrong: nothing was done. */
    static final int BAD_CONFIGURATION = 2;

    private ExitCodes()
    {
    }

    /** @return the exit code for what a command threw. */
    static int of(final Throwable thrown)
    {
        final boolean isBad = thrown instanceof ConfigurationException ||
            thrown instanceof EngineRefusedException ||
            thrown instanceof DataDirectoryLockedException ||
            thrown instanceof CommandLine.ParameterException ||
            thrown instanceof SampleException ||
            thrown instanceof ArgumentException;
        return isBad ? BAD_CONFIGURATION : FAILED;
    }
}

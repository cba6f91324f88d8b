package io.tailrace.perf;

import java.io.IOException;
import java.util.List;

/** Runs one command of this module. */
@FunctionalInterface
interface CommandRunner
{
    /**
     * Runs it to its end.
     *
     * @param arguments the command first.
     * @return its exit code.
     * @throws IOException          if it cannot be started.
     * @throws InterruptedException if the calling thread is interrupted; the command has been ended then.
     */
    int run(List<String> arguments) throws IOException, InterruptedException;
}

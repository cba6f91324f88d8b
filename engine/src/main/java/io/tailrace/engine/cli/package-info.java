/**
 * The command line: {@code java -jar tailrace.jar COMMAND}. Turns arguments and files into calls of the engine, and
 * what they throw into an exit code and one line on standard error.
 * <pre>
 *   main --&gt; TailraceCommand --&gt; RunCommand, CheckCommand, ... --&gt; exit code
 *                 `--&gt; exception --&gt; ErrorLine --&gt; standard error
 * </pre>
 * Knows no events and no bytes.
 */
package io.tailrace.engine.cli;

/**
 * Proves exactly-once on the machine at hand: real processes, SIGKILL in every phase, and a counter that shares nothing
 * with the engine.
 * <pre>
 *   CertifyCommand --starts--&gt; generator --datagrams--&gt; engine (killed, started again, ...) --&gt; data directory
 *                                  ^--------acks---------'                                         |
 *         `--starts, at the end--&gt; counter &lt;-- what was acknowledged -- files ---------------------'
 * </pre>
 * Each kill is counted for the phase that the files say it has hit, not for the one that it was meant for.
 */
package io.tailrace.perf.certify;

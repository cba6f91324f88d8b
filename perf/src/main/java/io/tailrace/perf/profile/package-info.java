/**
 * Where a JVM spends its time and what it allocates: a sampler loaded into it, its samples as stacks, and these as
 * flame graphs and tables. Knows nothing of what the JVM runs.
 * <pre>
 *   samples.jfr --&gt; Samples --&gt; Stacks --&gt; .collapsed, FlameGraphFile, Hotspots
 *   recording.jfr --&gt; JvmRecording
 * </pre>
 */
package io.tailrace.perf.profile;

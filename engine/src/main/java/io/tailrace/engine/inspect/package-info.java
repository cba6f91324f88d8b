/**
 * Reads the data directory of an engine, whether it runs or not, and changes nothing in it.
 * <pre>
 *   lock --&gt; DataDirectoryView --&gt; RecordedRange --&gt; summary, listings, verification
 * </pre>
 * Of a stopped engine it reads the files up to the end of the last whole frame; beside a running one, up to the
 * position that its archive says is durable.
 */
package io.tailrace.engine.inspect;

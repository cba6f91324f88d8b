/**
 * The counter of {@code certify}: a program of its own that reads what an engine has left behind, by the public formats
 * alone, and says what was lost, what was doubled and what is wrong.
 * <pre>
 *   journal segments --&gt; RecordingFrames --&gt; JournalFeed --&gt; EventCount (acknowledged, sent again)
 *                                                 `-&gt; NaiveModel --&gt; ResultCheck &lt;-- results segments
 *                                        sink files, sink tables --&gt; SinkCheck &lt;-- results segments
 * </pre>
 * It must not know any class of the engine, the archive or the codec, nor any library: only {@code java.*}. A fault
 * that it shared with the engine would be one that it cannot see. A test holds it to that.
 */
package io.tailrace.perf.certify.counter;

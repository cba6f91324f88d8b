/**
 * Plays files of readings to an engine, as a sender on the network would.
 * <pre>
 *   CSV rows --&gt; schedule --&gt; datagrams --&gt; UDP socket or Aeron publication
 * </pre>
 * Knows the bytes of the wire and nothing of the engine that takes them.
 */
package io.tailrace.engine.send;

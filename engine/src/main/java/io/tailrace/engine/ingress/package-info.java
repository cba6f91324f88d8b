/**
 * The way in: polls UDP sockets and Aeron subscriptions, refuses what is malformed, stamps what is not and claims ring
 * slots for it; makes the ticks that carry time to the operators.
 * <pre>
 *   UdpSource, AeronSource --frames--&gt; Intake --stamp, copy--&gt; EventRing &lt;-- Publisher (embedded)
 *        ^--AckRoute-- AckTracker &lt;-- durable slots     '--NormalLane--' policy and slots of normal sources
 *   IngressAgent: polls the sources, ticks, ledger marks
 * </pre>
 * Knows no window and no journal.
 */
package io.tailrace.engine.ingress;

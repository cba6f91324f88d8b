/**
 * The way in: polls UDP sockets and Aeron subscriptions, refuses what is malformed, stamps what is not and claims ring
 * slots for it; makes the ticks that carry time to the operators.
 * <pre>
 *   UdpSource, AeronSource --frames--&gt; Intake    --.
 *        ^--AckRoute-- AckTracker &lt;-- durable slots  |--&gt; FrameEntry --claim, copy, stamp--&gt; EventRing
 *                                   embedded Publisher --'        '-- backlog, NormalLane: whether it may come in
 *   IngressAgent: polls the sources, ticks, ledger marks
 * </pre>
 * Knows no window and no journal.
 */
package io.tailrace.engine.ingress;

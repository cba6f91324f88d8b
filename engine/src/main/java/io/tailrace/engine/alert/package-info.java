/**
 * Alerts: a condition on the readings of a device and a metric, how long it must hold, and what clears it.
 * <pre>
 *   reading --&gt; AlertOperator --KeyTable--&gt; key block --&gt; raised, cleared --&gt; ResultPublisher
 * </pre>
 * No clock and no timer: readings alone raise and clear.
 */
package io.tailrace.engine.alert;

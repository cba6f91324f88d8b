/**
 * Advice from data: the disorder of a sample of readings, what is late at each choice of event time, and what the
 * sample says of the windows' physics. Knows no engine that runs.
 */
package io.tailrace.engine.advice;

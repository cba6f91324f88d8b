/**
 * Whole scenarios of event time through the operators: recorded disorder, clocks that lie, devices that sleep. What
 * must come out is counted beside it by plain loops that share nothing with the engine.
 */
package io.tailrace.engine.scenario;

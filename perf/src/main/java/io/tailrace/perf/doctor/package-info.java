/**
 * What about this machine makes latency worse, found in {@code /proc} and {@code /sys}, and how to change it.
 */
package io.tailrace.perf.doctor;

/**
 * The sender of {@code certify}, a program of its own: readings with known contents, sent again until they are
 * acknowledged.
 */
package io.tailrace.perf.certify.generator;

/**
 * The bytes: framing, validation and dispatch of messages, time units, CSV and number text.
 * <p>
 * Knows no journal, no ring and no window. {@code codec/docs/spec/messages.md} is the source of truth for every byte.
 */
package io.tailrace.codec;

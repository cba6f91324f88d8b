/**
 * The engine as its users have it: a process of its own that runs the packaged jar.
 */
package io.tailrace.engine.process;

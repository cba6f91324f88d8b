package io.tailrace.engine.state;

/**
 * Where the bytes of a key or of a block are: ours for a key to be written, the map's for a block that was read.
 */
final class BlockView
{
    long address;
}

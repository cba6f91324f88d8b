package io.tailrace.archive.checkpoint;

/**
 * What must be known of a checkpoint to choose it, without reading its payloads.
 *
 * @param number             of the checkpoint, counts up by one over all chains; 0 or more.
 * @param chain              of a full checkpoint and the increments upon it; 0 or more.
 * @param indexInChain       0: full; otherwise increments since the full one, this included.
 * @param journalPosition    position in the journal that the state corresponds to, a frame end.
 * @param resultsPosition    end of the results log's messages that the state has produced.
 * @param nextResultSequence sequence of the first result that the state has not produced.
 * @param resultEpoch        results epoch.
 * @param configDigest       digest of the configuration that produced the state.
 * @param engineVersion      version of the engine that wrote it.
 * @param tzVersion          version of the time-zone data, at most 8 printable ASCII characters.
 */
public record CheckpointMeta(
    long number,
    long chain,
    int indexInChain,
    long journalPosition,
    long resultsPosition,
    long nextResultSequence,
    int resultEpoch,
    long configDigest,
    int engineVersion,
    String tzVersion)
{
    /**
     * Longest {@code tzVersion}, in characters.
     */
    public static final int MAX_TZ_VERSION_LENGTH = 8;

    /**
     * Validates every field that has bounds.
     *
     * @throws IllegalArgumentException naming the field, its value and what is expected.
     */
    public CheckpointMeta
    {
        check(number >= 0, "number", number, "0 or more");
        check(chain >= 0, "chain", chain, "0 or more");
        check(indexInChain >= 0 && indexInChain <= number, "indexInChain", indexInChain, "0 to the number");
        check(journalPosition >= 0, "journalPosition", journalPosition, "0 or more");
        check(resultsPosition >= 0, "resultsPosition", resultsPosition, "0 or more");
        check(nextResultSequence >= 0, "nextResultSequence", nextResultSequence, "0 or more");
        check(null != tzVersion && tzVersion.matches("[!-~]{0," + MAX_TZ_VERSION_LENGTH + "}"),
            "tzVersion", tzVersion, "at most " + MAX_TZ_VERSION_LENGTH + " printable ASCII characters");
    }

    /**
     * Does it hold the whole state?
     *
     * @return false if the checkpoint before it in its chain is needed too.
     */
    public boolean isFull()
    {
        return 0 == indexInChain;
    }

    private static void check(final boolean isValid, final String field, final Object value, final String expected)
    {
        if (!isValid)
        {
            throw new IllegalArgumentException(field + "=" + value + ", expected " + expected);
        }
    }
}

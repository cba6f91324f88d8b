package io.tailrace.engine.state;

/**
 * State that is handed out as it is at one moment, the barrier, while it goes on changing.
 */
public interface Capturable
{
    /**
     * Begins to capture the state as it is now; not while another capture is under way. The first must be full.
     *
     * @param to      takes it.
     * @param section told with all of it.
     * @param isFull  everything; else what has changed or gone since the last barrier.
     */
    void beginCapture(CaptureSink to, int section, boolean isFull);

    /**
     * Goes on with the capture.
     *
     * @param maxParts blocks or entries looked at most, from 1.
     * @return whether it is at its end.
     */
    boolean capture(int maxParts);

    /** Shows everything as it is. */
    void forEach(int section, CaptureSink to);
}

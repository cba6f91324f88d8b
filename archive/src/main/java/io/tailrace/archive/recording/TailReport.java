package io.tailrace.archive.recording;

/**
 * What the tail check found in one recording. Positions are bytes.
 *
 * @param descriptor         of the recording.
 * @param startPosition      first position that is still kept.
 * @param endPosition        end of the last whole frame.
 * @param frameCount         frames verified, padding included.
 * @param verifiedFrom       position from which frames were verified.
 * @param truncatedLength    bytes from the first bad one to the last that was not zero; 0 if the tail was clean.
 * @param truncationReason   what was wrong with the first bad frame; empty if the tail was clean.
 */
public record TailReport(
    RecordingDescriptor descriptor,
    long startPosition,
    long endPosition,
    long frameCount,
    long verifiedFrom,
    long truncatedLength,
    String truncationReason)
{
    public boolean isTruncated()
    {
        return truncatedLength > 0;
    }
}

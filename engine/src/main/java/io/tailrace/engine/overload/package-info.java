/**
 * What is done when more comes in than is wanted: which readings of normal sources go on to the journal, and how many
 * slots of the ring they may hold, so that critical ones wait behind little.
 * <pre>
 *   frame --NormalLane: turn--&gt; OverloadPolicy --DeviceRates, then RateBucket--&gt; kept | shed(reason) --&gt; claim
 *                                     ^--takeBack-- no room: as if it had not been offered
 * </pre>
 * And how the backlog of devices that come back is let in beside live readings:
 * <pre>
 *   frame --BacklogAdmission--&gt; live, or backlog whose turn it is and for which there is room --&gt; the above
 *              BacklogControl: FairQueue, BacklogShare, BacklogRate            else: offer it again
 *              BacklogProgress: who is in backlog and how far --&gt; BacklogView
 * </pre>
 * Knows neither sources nor ledgers, and no clock: time is told.
 */
package io.tailrace.engine.overload;

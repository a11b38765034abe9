"""All durations of the background, in seconds; the stage's are at the heads of canvas/*.js."""

# ---- a worker --------------------------------------------------------------------------------------------------------
TURN_S = 0.05  # of one turn: what a stop or a newcomer waits for
USED_S = 60.0  # for which turns count against the session that had them
NEWS_S = 0.1  # between two news of a training: the stage reads nine a second
COMPUTE_LIMIT_S = 180.0  # of one training, which then stops where it is

# ---- the executor ----------------------------------------------------------------------------------------------------
REST_S = 0.08  # since a change, before its job begins: what a moving control passes over is not trained
ASKED_S = 60.0  # for which a job goes on after somebody asked for it: a gap in the connection is no loss
PAUSED_S = 600.0  # after which a paused job is dropped
STOP_S = 0.4  # that a stop waits for what there is so far

# ---- a screen --------------------------------------------------------------------------------------------------------
WAIT_S = 0.4  # what NumPy's worker has done by then is drawn once and complete
NETWORK_S = 2.0  # that a lab waits for the network of its picture, which takes 0.04 s
POLL_S = 1.0  # between two looks of a page at what is done for it: the stage has looks of its own
POLL_SOON_S = 0.25  # the same, for what is measured in a moment

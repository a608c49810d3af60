"""A model of calls on random lines, with the product's own ladder at both ends: hours of a call in seconds.

`python -m signalling.simulate` plays calls on all profiles and prints what the ladders did, against what
the lines could carry; `--trace` prints one call, decision by decision. `python -m
signalling.simulate.recovery` prints how soon what a line took comes back.

**What the model knows.** Each person's access has a rate, a drop-tail queue, delay, jitter, loss in runs,
stalls and outages of its own, up and down. Speech is lost packet by packet, made good by redundancy, late
behind a queue, and heard only while somebody speaks. Reports between the browsers are delayed and lost as
the line does it, and so are the questions and answers that measure the round trip. The sender's estimate
follows what Chromium 156 was seen to do (docs/decisions/0003), and learns of a full queue a second late.
Two in five browsers have no estimate; tabs are hidden, cameras covered, microphones muted.

**What it does not know.** How a codec sounds, or what a picture looks like. Bursts within a tenth of a
second: traffic is a fluid, and a full queue drops speech like video, though a small packet fits where a
large one does not. Video's own losses and repeats (seen to hold 30 to 290 kbit/s of a thin line for up to
20 s after a fall), the pacer, slow encoders, machines that stutter, a
TURN server in between, ICE's own timing. The estimate is a handful of observed numbers, not congestion
control. So a figure from here says what the *table* does with samples of this kind, never that a call
will be good; docs/figures.md sets both beside each other.

Not here: the ladder (`signalling.ladder`), which is the product's, and any way to look into its reasons.
"""

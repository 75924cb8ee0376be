"""An invented shop whose background jobs make the living traffic: what real ones look like, without their work."""

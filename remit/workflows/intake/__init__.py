"""What comes in from outside, read strictly: CAP alerts and plain reports. The entry is `read.py`."""

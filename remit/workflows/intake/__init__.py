"""What comes in from outside, read strictly: CAP alerts and reports. The entry is `read.py`."""

"""The cockpit and the big screen: what every app counts, gathered for one unit and one period."""

//! Language models over the network: five wire formats behind one port
